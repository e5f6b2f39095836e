import type { Call, CallEvent } from '@/api/types'
import { Button, ErrorNote, Skeleton } from '@/components/ui'
import { exact, phone, price, toTheSecond } from '@/lib/format'
import { t } from '@/lib/i18n'
import { describeEvent } from './happenings'
import { useCallEvents } from './hooks'
import type { Names } from './names'
import { Player } from './player'

const modes: Record<string, string> = {
  'agent-first': 'The colleague was rung first',
  'lead-first': 'The lead was rung first',
  direct: 'The lead alone was rung',
}

/** What happened on a call in plain words, and folded away all that was heard. */
export function CallDetails({
  call,
  name,
  names,
  onlyLead,
}: {
  call: Call
  name: string
  names: Names
  onlyLead: (leadId: string) => void
}) {
  const events = useCallEvents(call.id)
  const leadId = call.lead_id
  return (
    <div className="mt-2 space-y-3 border-line border-l-2 pl-3">
      <p className="text-muted text-xs">
        {[
          call.requested_at && exact(call.requested_at),
          t(modes[call.mode] ?? call.mode),
          call.from && t('They saw {number}', { number: phone(call.from) }),
          call.cost_minor != null &&
            call.currency &&
            t('Cost {price}', { price: price(call.cost_minor, call.currency) }),
          call.requested_by &&
            t('Asked for by {name}', { name: names.member(call.requested_by) ?? t('A former member') }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {Object.entries(call.variables).map(([name, value]) => (
        <p key={name} className="break-words text-muted text-xs">
          {name}: {value}
        </p>
      ))}
      {call.ended_at && <Player callId={call.id} mayDelete />}
      {events.isPending && <Skeleton rows={1} />}
      {events.isError && <ErrorNote error={events.error} retry={events.refetch} />}
      {events.data && <Happenings events={events.data} call={call} names={names} />}
      {leadId && <Button onClick={() => onlyLead(leadId)}>{t('All calls with {name}', { name })}</Button>}
    </div>
  )
}

function Happenings({ events, call, names }: { events: CallEvent[]; call: Call; names: Names }) {
  const plain = events.flatMap((event) => {
    const said = describeEvent(event, call.legs)
    if (!said) return []
    const who = (said.memberId && names.member(said.memberId)) || t(said.who)
    return [
      {
        at: event.at,
        text: t(said.words, { who, text: String(event.detail.text ?? event.detail.count ?? '') }),
      },
    ]
  })
  return (
    <>
      {plain.length === 0 && <p className="text-muted">{t('Nothing was heard on this call.')}</p>}
      <ol className="space-y-0.5">
        {plain.map((one, place) => (
          <li key={place} className="flex gap-3">
            <time className="whitespace-nowrap text-muted" dateTime={one.at}>
              {toTheSecond(one.at)}
            </time>
            {one.text}
          </li>
        ))}
      </ol>
      {events.length > 0 && (
        <details>
          <summary className="cursor-pointer text-muted text-xs">{t('Technical events')}</summary>
          <ol className="mt-1 space-y-0.5 text-muted text-xs">
            {events.map((event, place) => (
              <li key={place} className="break-all">
                {event.at} {event.kind} {event.leg_id} {JSON.stringify(event.detail)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  )
}
