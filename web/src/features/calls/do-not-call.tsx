import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { get, post, remove } from '@/api/client'
import type { DoNotCall, Envelope, Page } from '@/api/types'
import { Dialog } from '@/components/dialog'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, Panel, Skeleton, TextArea, TextField } from '@/components/ui'
import { ago, exact, phone } from '@/lib/format'
import { t } from '@/lib/i18n'

const listKey = ['do-not-call']

/** Puts numbers on the list, many at once. */
export function AddDoNotCall() {
  const queries = useQueryClient()
  const add = useMutation({
    mutationFn: (body: { numbers: string[]; reason: string }) =>
      post<Envelope<{ added: number }>>('/do-not-call', body),
    onSuccess: ({ data }) => {
      toast(
        data.added ? t('{n} more are not called.', { n: data.added }) : t('All of them were on the list.'),
      )
      queries.invalidateQueries({ queryKey: listKey })
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const typed = new FormData(form)
    const numbers = String(typed.get('numbers'))
      .split('\n')
      .flatMap((line) => line.trim() || [])
    if (numbers.length)
      add.mutate({ numbers, reason: String(typed.get('reason')).trim() }, { onSuccess: () => form.reset() })
  }
  return (
    <Panel title={t('Add numbers')}>
      <form onSubmit={submit} className="space-y-3">
        <p className="text-muted">
          {t('One a line. A star at the end, as in +4930*, stands for every number that begins so.')}
        </p>
        <TextArea label={t('Numbers, one a line')} name="numbers" required placeholder="+91 98200 12345" />
        <TextField label={t('Why')} name="reason" maxLength={300} />
        {add.isError && <ErrorNote error={add.error} />}
        <Button look="primary" type="submit" disabled={add.isPending}>
          {t('Do not call these')}
        </Button>
      </form>
    </Panel>
  )
}

/** The numbers nobody here calls. */
export function DoNotCallList({ mayRemove }: { mayRemove: boolean }) {
  const [removing, setRemoving] = useState<DoNotCall | null>(null)
  const entries = useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ pageParam }) =>
      get<Page<DoNotCall>>('/do-not-call', { params: pageParam ? { cursor: pageParam } : {} }),
    initialPageParam: '',
    getNextPageParam: (last) => last.meta.next_cursor,
  })
  const found = entries.data?.pages.flatMap((page) => page.data)
  return (
    <Panel title={t('Not called')}>
      {entries.isPending && <Skeleton rows={3} />}
      {entries.isError && <ErrorNote error={entries.error} retry={entries.refetch} />}
      {found?.length === 0 && (
        <Empty title={t('The list is empty')}>
          {t('Whoever asks not to be called goes here; then nobody can call them by mistake.')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {found?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="min-w-0 flex-1 basis-40">
              <span className="block font-medium">{phone(one.number)}</span>
              {one.reason && <span className="block break-words text-muted text-xs">{one.reason}</span>}
            </span>
            <time className="text-muted text-xs" dateTime={one.added_at} title={exact(one.added_at)}>
              {ago(one.added_at)}
            </time>
            {mayRemove && (
              <Button
                aria-label={t('Remove {number} from the list', { number: phone(one.number) })}
                onClick={() => setRemoving(one)}
              >
                {t('Remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {entries.hasNextPage && (
        <div className="flex justify-center pt-3">
          <Button disabled={entries.isFetchingNextPage} onClick={() => entries.fetchNextPage()}>
            {t('Show more')}
          </Button>
        </div>
      )}
      <RemoveDialog entry={removing} close={() => setRemoving(null)} />
    </Panel>
  )
}

function RemoveDialog({ entry, close }: { entry: DoNotCall | null; close: () => void }) {
  const queries = useQueryClient()
  const take = useMutation({
    mutationFn: (entryId: string) => remove(`/do-not-call/${entryId}`),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: listKey })
      close()
    },
    onError: (error) => toast(error.message),
  })
  return (
    <Dialog
      title={t('May {number} be called again?', { number: phone(entry?.number ?? '') })}
      isOpen={entry !== null}
      onClose={close}
    >
      <p>{t('Only if they said so themselves. Who removed it is kept in the audit log.')}</p>
      <div className="flex flex-wrap gap-2">
        <Button look="danger" disabled={take.isPending} onClick={() => entry && take.mutate(entry.id)}>
          {t('Let it be called')}
        </Button>
        <Button onClick={close}>{t('Cancel')}</Button>
      </div>
    </Dialog>
  )
}
