import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { get, patch, post } from '@/api/client'
import type { Envelope, Page, Task, TimelineEntry } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, Panel, Skeleton, TextArea } from '@/components/ui'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { tell } from './history'

function useRefresh(leadId: string) {
  const queries = useQueryClient()
  return () => {
    for (const part of ['timeline', 'tasks']) queries.invalidateQueries({ queryKey: [part, leadId] })
  }
}

export function Notes({ leadId }: { leadId: string }) {
  const refresh = useRefresh(leadId)
  const [text, setText] = useState('')
  const add = useMutation({
    mutationFn: () => post(`/leads/${leadId}/notes`, { text }),
    onSuccess: () => {
      setText('')
      refresh()
    },
    onError: (error) => toast(error.message),
  })
  return (
    <Panel title={t('Notes')}>
      <TextArea label={t('Note')} value={text} onChange={(event) => setText(event.target.value)} />
      <Button className="mt-2" disabled={!text.trim() || add.isPending} onClick={() => add.mutate()}>
        {t('Add note')}
      </Button>
    </Panel>
  )
}

export function Tasks({ leadId }: { leadId: string }) {
  const refresh = useRefresh(leadId)
  const tasks = useQuery({
    queryKey: ['tasks', leadId],
    queryFn: () => get<Envelope<Task[]>>(`/leads/${leadId}/tasks`),
    select: (answer) => answer.data,
  })
  const save = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: refresh,
    onError: (error) => toast(error.message),
  })
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    const due = String(typed.get('due') ?? '')
    const body = { title: String(typed.get('title')), due_at: due ? new Date(due).toISOString() : null }
    save.mutate(() => post(`/leads/${leadId}/tasks`, body), { onSuccess: () => form.reset() })
  }
  return (
    <Panel title={t('Tasks')}>
      {tasks.isPending && <Skeleton rows={1} />}
      {tasks.isError && <ErrorNote error={tasks.error} retry={tasks.refetch} />}
      <ul className="space-y-1">
        {tasks.data?.map((task) => (
          <li key={task.id}>
            <label className="flex items-baseline gap-2">
              <input
                type="checkbox"
                checked={task.done_at !== null}
                onChange={(event) =>
                  save.mutate(() =>
                    patch(`/leads/${leadId}/tasks/${task.id}`, { done: event.target.checked }),
                  )
                }
              />
              <span className={task.done_at ? 'text-muted line-through' : ''}>{task.title}</span>
              {task.due_at && <time className="ml-auto text-muted text-xs">{exact(task.due_at)}</time>}
            </label>
          </li>
        ))}
      </ul>
      <form onSubmit={add} className="mt-3 flex flex-wrap gap-2">
        <input
          name="title"
          required
          maxLength={300}
          aria-label={t('What to do')}
          placeholder={t('What to do')}
          className="pressable min-w-48 flex-1 rounded-md border border-line bg-raised px-3"
        />
        <input
          name="due"
          type="datetime-local"
          aria-label={t('Until when')}
          className="pressable rounded-md border border-line bg-raised px-2"
        />
        <Button type="submit">{t('Add task')}</Button>
      </form>
    </Panel>
  )
}

/** What happened with a lead, newest first; `also` shows the kinds of entries that others know. */
export function History({
  leadId,
  also = {},
}: {
  leadId: string
  also?: Record<string, (entry: TimelineEntry) => ReactNode>
}) {
  const history = useQuery({
    queryKey: ['timeline', leadId],
    queryFn: () => get<Page<TimelineEntry>>(`/leads/${leadId}/timeline`),
    select: (answer) => answer.data,
  })
  return (
    <Panel title={t('History')}>
      {history.isPending && <Skeleton rows={2} />}
      {history.isError && <ErrorNote error={history.error} retry={history.refetch} />}
      <ol className="space-y-2">
        {history.data?.map((entry) => (
          <li key={entry.id} className="flex items-baseline justify-between gap-3">
            <span className="min-w-0 flex-1 whitespace-pre-wrap break-words">
              {entry.actor_name && <span className="font-medium">{entry.actor_name}: </span>}
              {also[entry.kind]?.(entry) ?? tell(entry)}
            </span>
            <time
              className="whitespace-nowrap text-muted text-xs"
              dateTime={entry.at}
              title={exact(entry.at)}
            >
              {ago(entry.at)}
            </time>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
