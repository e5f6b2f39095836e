import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '@/api/client'
import type { DeadLetter, Inbound, Page } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, PageFrame, Panel, Skeleton } from '@/components/ui'
import { ago } from '@/lib/format'
import { t, translate } from '@/lib/i18n'

/** What a job does, for people; one that has no words here shows its name. */
const JOBS: Record<string, string> = {
  read_messages: 'Reading a mail',
  qualify_messages: 'Reading and scoring a message',
  import_rows: 'Importing rows of a table',
  rescore_leads: 'Scoring leads anew',
  rescore_some: 'Scoring leads anew',
}

/** What failed and was kept, and a button to try it again. */
export default function Operations() {
  const queries = useQueryClient()
  const letters = useQuery({
    queryKey: ['dead-letters'],
    queryFn: () => get<Page<DeadLetter>>('/dead-letters'),
    select: (answer) => answer.data,
  })
  const messages = useQuery({
    queryKey: ['inbound', 'failed'],
    queryFn: () => get<Page<Inbound>>('/inbound', { params: { state: 'failed' } }),
    select: (answer) => answer.data,
  })
  const again = useMutation({
    mutationFn: (url: string) => post(url),
    onSuccess: () => {
      toast(t('It runs again.'))
      queries.invalidateQueries({ queryKey: ['dead-letters'] })
      queries.invalidateQueries({ queryKey: ['inbound'] })
    },
    onError: (error) => toast(error.message),
  })
  return (
    <PageFrame title={t('Operations')}>
      <Panel title={t('Messages that could not be read')}>
        {messages.isPending && <Skeleton rows={1} />}
        {messages.isError && <ErrorNote error={messages.error} retry={messages.refetch} />}
        {messages.data?.length === 0 && (
          <Empty title={t('Every message was read')}>
            {t('One that cannot be read is kept and shown here.')}
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {messages.data?.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">
                  {one.subject ?? one.from_email ?? t('No subject')}
                </span>
                <span className="block break-words text-bad">{one.error && translate(one.error)}</span>
                <span className="text-muted text-xs">{ago(one.received_at)}</span>
              </span>
              <Button onClick={() => again.mutate(`/inbound/${one.id}/retry`)}>{t('Read again')}</Button>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('Work that was given up')}>
        {letters.isPending && <Skeleton rows={1} />}
        {letters.isError && <ErrorNote error={letters.error} retry={letters.refetch} />}
        {letters.data?.length === 0 && (
          <Empty title={t('Nothing failed')}>
            {t('Work that fails several times is kept and shown here.')}
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {letters.data?.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{t(JOBS[one.job] ?? one.job)}</span>
                <span className="block break-words text-bad">{one.error}</span>
                <span className="text-muted text-xs">
                  {t('{n} attempts', { n: one.attempts })} · {ago(one.failed_at)}
                </span>
              </span>
              <Button onClick={() => again.mutate(`/dead-letters/${one.id}/replay`)}>{t('Run again')}</Button>
            </li>
          ))}
        </ul>
      </Panel>
    </PageFrame>
  )
}
