import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import type { Call } from '@/api/types'
import { Button } from '@/components/ui'
import { ago, exact, phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { CallDetails } from './call-details'
import { Elapsed } from './elapsed'
import type { Names } from './names'
import { clock, describeProgress } from './progress'
import { outcomeOf } from './words'

/** The lead's name, else the number. */
export const nameCallee = (call: Call, names: Names) =>
  (call.lead_id && names.lead(call.lead_id)) || (call.to ? phone(call.to) : t('Somebody'))

/** Whom a call goes to: the lead by name, else the number. */
export function Callee({ call, names }: { call: Call; names: Names }) {
  const name = nameCallee(call, names)
  if (!call.lead_id) return <span className="truncate font-medium">{name}</span>
  return (
    <Link
      to="/leads/$leadId"
      params={{ leadId: call.lead_id }}
      className="truncate font-medium text-accent underline"
    >
      {name}
    </Link>
  )
}

/** How a call ended, or how far it is. */
export function CallState({ call, name, memberId }: { call: Call; name: string; memberId: string }) {
  if (call.state !== 'ended')
    return (
      <span className="text-good">
        <span aria-hidden="true">●</span> {t(describeProgress(call, memberId), { name })}
      </span>
    )
  const { word, sign, look } = outcomeOf(call.outcome)
  return (
    <span className={look}>
      <span aria-hidden="true">{sign}</span> {t(word)}
    </span>
  )
}

/** One call of the list, which opens to what happened on it. */
export function CallLine({
  call,
  names,
  memberId,
  onlyLead,
}: {
  call: Call
  names: Names
  memberId: string
  onlyLead: (leadId: string) => void
}) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const name = nameCallee(call, names)
  const agent = call.member_id ?? call.requested_by
  return (
    <li data-testid="call" className="py-2">
      <div className="flex items-center gap-x-3">
        <div className="min-w-0 flex-1">
          <p className="flex min-w-0 items-baseline gap-2">
            <Callee call={call} names={names} />
            {call.lead_id && call.to && (
              <span className="hidden whitespace-nowrap text-muted sm:inline">{phone(call.to)}</span>
            )}
          </p>
          <p className="text-xs">
            <CallState call={call} name={name} memberId={memberId} />
            {agent && <span className="text-muted"> · {names.member(agent) ?? t('A former member')}</span>}
          </p>
        </div>
        <div className="flex shrink-0 flex-col items-end gap-x-3 text-muted sm:flex-row sm:items-baseline">
          <span>
            {call.ended_at
              ? call.talked_seconds > 0 && clock(call.talked_seconds)
              : call.connected_at && <Elapsed since={call.connected_at} />}
          </span>
          {call.requested_at && (
            <time
              className="whitespace-nowrap text-xs"
              dateTime={call.requested_at}
              title={exact(call.requested_at)}
            >
              {ago(call.requested_at)}
            </time>
          )}
        </div>
        <Button
          look="plain"
          className="touch:min-w-11"
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={t('Details of the call to {name}', { name })}
          onClick={() => setOpen(!isOpen)}
        >
          <span className="max-sm:sr-only">{t('Details')}</span>
          <span aria-hidden="true" className="sm:hidden">
            {isOpen ? '▴' : '▾'}
          </span>
        </Button>
      </div>
      <div id={id}>{isOpen && <CallDetails call={call} name={name} names={names} onlyLead={onlyLead} />}</div>
    </li>
  )
}
