import { post } from '@/api/client'
import type { Call } from '@/api/types'
import { Button, Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { Callee, CallState, nameCallee } from './call-line'
import { Elapsed } from './elapsed'
import { useCallAct, type useCalls } from './hooks'
import { Monitoring } from './monitoring'
import type { Names } from './names'

/** For supervisors: every call that is on, to listen to, whisper into, join or end. */
export function OnNow({
  calls,
  names,
  memberId,
}: {
  calls: ReturnType<typeof useCalls>
  names: Names
  memberId: string
}) {
  const found = calls.data?.pages.flatMap((page) => page.data)
  return (
    <Panel title={t('On now')}>
      {calls.isPending && <Skeleton rows={1} />}
      {calls.isError && <ErrorNote error={calls.error} retry={calls.refetch} />}
      {found?.length === 0 && (
        <Empty title={t('Nobody is on a call')}>{t('Calls show up here while they last.')}</Empty>
      )}
      <ul className="divide-y divide-line">
        {found?.map((call) => (
          <LiveCall key={call.id} call={call} names={names} memberId={memberId} />
        ))}
      </ul>
    </Panel>
  )
}

function LiveCall({ call, names, memberId }: { call: Call; names: Names; memberId: string }) {
  const act = useCallAct()
  const name = nameCallee(call, names)
  const agent = call.member_id ?? call.requested_by
  const isOwn = agent === memberId
  return (
    <li data-testid="call-on-now" className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
      <div className="min-w-0 flex-1 basis-48 max-sm:basis-full">
        <p className="flex min-w-0 items-baseline gap-2">
          <Callee call={call} names={names} />
          {agent && (
            <span className="truncate text-muted">{isOwn ? t('you') : (names.member(agent) ?? '')}</span>
          )}
        </p>
        <p className="flex items-baseline gap-2 text-xs">
          <CallState call={call} name={name} memberId={memberId} />
          {call.connected_at && <Elapsed since={call.connected_at} />}
        </p>
      </div>
      {!isOwn && <Monitoring call={call} name={(agent && names.member(agent)) || name} memberId={memberId} />}
      <Button
        look="danger"
        aria-label={t('End the call with {name}', { name })}
        onClick={() => {
          if (isOwn || confirm(t('End this call of your colleague?')))
            act.mutate(() => post(`/calls/${call.id}/hang-up`))
        }}
      >
        {t('End the call')}
      </Button>
    </li>
  )
}
