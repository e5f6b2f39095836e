import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post, remove } from '@/api/client'
import type { Envelope, SignInSession } from '@/api/types'
import { toast } from '@/components/toast'
import { Badge, Button, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { describeDevice } from '@/lib/device'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'

/** Where the person is signed in, and ending that. */
export function OwnSessions() {
  const queries = useQueryClient()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: () => get<Envelope<SignInSession[]>>('/me/sessions'),
    select: (answer) => answer.data,
  })
  const end = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
    onError: (error) => toast(error.message),
  })
  return (
    <Panel
      title={t('Where you are signed in')}
      actions={
        (sessions.data?.length ?? 0) > 1 && (
          <Button
            disabled={end.isPending}
            onClick={() => {
              if (confirm(t('Sign out on all other devices?')))
                end.mutate(() => post('/me/sessions/end-others'))
            }}
          >
            {t('Sign out everywhere else')}
          </Button>
        )
      }
    >
      {sessions.isPending && <Skeleton rows={2} />}
      {sessions.isError && <ErrorNote error={sessions.error} retry={sessions.refetch} />}
      <ul className="divide-y divide-line">
        {sessions.data?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium" title={one.user_agent}>
                  {describeDevice(one.user_agent)}
                </span>
                {one.is_current && <Badge tone="good">{t('This device')}</Badge>}
              </span>
              <span className="block text-muted text-xs">
                {one.organization_name} · {one.address ?? t('unknown address')} ·{' '}
                <span title={exact(one.used_at)}>{t('used {when}', { when: ago(one.used_at) })}</span>
              </span>
            </span>
            {!one.is_current && (
              <Button
                disabled={end.isPending}
                aria-label={t('Sign out there: {device}', { device: describeDevice(one.user_agent) })}
                onClick={() => end.mutate(() => remove(`/me/sessions/${one.id}`))}
              >
                {t('Sign out there')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
