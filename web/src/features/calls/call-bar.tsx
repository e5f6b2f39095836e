import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { post, remove } from '@/api/client'
import type { Call, Member } from '@/api/types'
import { Dialog } from '@/components/dialog'
import { toast } from '@/components/toast'
import { Button } from '@/components/ui'
import { phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { Elapsed } from './elapsed'
import { useCall, useCallAct } from './hooks'
import { Keypad } from './keypad'
import {
  clock,
  describeProgress,
  findListening,
  isHandedOn,
  isHandingOn,
  isTalking,
  isThirdThere,
} from './progress'
import { TransferForm } from './transfer'
import { outcomeOf } from './words'

type Opened = 'keypad' | 'transfer' | null

/** The member's call, wherever in the app they are; for a while after its end, how it ended. */
export function CallBar({
  call,
  name,
  memberId,
  colleagues,
}: {
  call: Call | undefined
  name: string | undefined
  memberId: string
  colleagues: Member[]
}) {
  const [latest, setLatest] = useState<{ id: string; name: string } | null>(null)
  const id = call?.id
  const shownName = name ?? (call?.to ? phone(call.to) : t('Somebody'))
  useEffect(() => {
    if (id) setLatest({ id, name: shownName })
  }, [id, shownName])
  if (call)
    return (
      <Bar>
        <OpenCall key={call.id} call={call} name={shownName} memberId={memberId} colleagues={colleagues} />
      </Bar>
    )
  if (!latest) return null
  return (
    <Bar>
      <PastCall key={latest.id} callId={latest.id} name={latest.name} close={() => setLatest(null)} />
    </Bar>
  )
}

const BAR_ID = 'own-call'

/** Bring whoever asks for a call that is on already to where it is steered. */
export const goToCallBar = () => document.getElementById(BAR_ID)?.focus()

function Bar({ children }: { children: React.ReactNode }) {
  return (
    <section
      id={BAR_ID}
      tabIndex={-1}
      aria-label={t('Your call')}
      className="z-10 order-last border-line border-t bg-raised px-3 py-2 shadow-float sm:order-none sm:border-t-0 sm:border-b sm:shadow-card"
    >
      {children}
    </section>
  )
}

function Whom({ call, name }: { call: Call; name: string }) {
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

function OpenCall({
  call,
  name,
  memberId,
  colleagues,
}: {
  call: Call
  name: string
  memberId: string
  colleagues: Member[]
}) {
  const act = useCallAct()
  const [opened, setOpened] = useState<Opened>(null)
  const [isRefusing, setRefusing] = useState(false)
  const ask = (path: string, body?: unknown) => act.mutate(() => post(`/calls/${call.id}/${path}`, body))
  const listening = findListening(call, memberId)
  const isOn = isTalking(call) && !listening
  const isLeaving = isHandingOn(call)
  const toggle = (what: Opened) => setOpened(opened === what ? null : what)

  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-40">
          <p className="flex min-w-0 items-baseline gap-2">
            <span aria-hidden="true" className={call.is_on_hold ? 'text-warn' : 'text-good'}>
              ●
            </span>
            <Whom call={call} name={name} />
            {call.lead_id && call.to && <span className="hidden text-muted md:inline">{phone(call.to)}</span>}
          </p>
          <p className="flex items-baseline gap-2 text-muted">
            <span role="status">{t(describeProgress(call, memberId), { name })}</span>
            {call.connected_at && <Elapsed since={call.connected_at} />}
          </p>
        </div>
        {listening ? (
          <Button
            look="danger"
            className="sm:order-last"
            onClick={() => act.mutate(() => remove(`/calls/${call.id}/monitor`))}
          >
            {t('Stop listening')}
          </Button>
        ) : (
          <Button look="danger" className="sm:order-last" onClick={() => ask('hang-up')}>
            {t('Hang up')}
          </Button>
        )}
        {isLeaving && isThirdThere(call) && (
          <Button look="primary" onClick={() => ask('transfer/complete')}>
            {t('Hand on now')}
          </Button>
        )}
        {isLeaving && <Button onClick={() => ask('transfer/cancel')}>{t('Back to {name}', { name })}</Button>}
        {isOn && !isLeaving && (
          <>
            <Button onClick={() => ask(call.is_on_hold ? 'resume' : 'hold')}>
              {t(call.is_on_hold ? 'Resume' : 'Hold')}
            </Button>
            <Button aria-pressed={call.is_muted} onClick={() => ask(call.is_muted ? 'unmute' : 'mute')}>
              {t(call.is_muted ? 'Unmute' : 'Mute')}
            </Button>
            <Button aria-expanded={opened === 'keypad'} onClick={() => toggle('keypad')}>
              {t('Keypad')}
            </Button>
            <Button aria-expanded={opened === 'transfer'} onClick={() => toggle('transfer')}>
              {t('Transfer')}
            </Button>
          </>
        )}
        {call.to && !listening && (
          <Button look="plain" onClick={() => setRefusing(true)}>
            {t('Never call again')}
          </Button>
        )}
      </div>
      {isOn && opened === 'keypad' && <Keypad press={(digits) => ask('digits', { digits })} />}
      {isOn && opened === 'transfer' && !isLeaving && (
        <TransferForm
          colleagues={colleagues.filter((one) => one.id !== memberId)}
          isPending={act.isPending}
          transfer={(body) =>
            act.mutate(() => post(`/calls/${call.id}/transfer`, body), { onSuccess: () => setOpened(null) })
          }
        />
      )}
      <NeverAgain
        number={call.to ?? ''}
        name={name}
        isOpen={isRefusing}
        close={() => setRefusing(false)}
        hangUp={() => ask('hang-up')}
      />
    </div>
  )
}

function NeverAgain({
  number,
  name,
  isOpen,
  close,
  hangUp,
}: {
  number: string
  name: string
  isOpen: boolean
  close: () => void
  hangUp: () => void
}) {
  const act = useCallAct()
  const add = () =>
    act.mutate(
      () => post('/do-not-call', { numbers: [number], reason: t('Asked on a call not to be called.') }),
      {
        onSuccess: () => {
          toast(t('{number} is not called any more.', { number: phone(number) }))
          close()
          hangUp()
        },
      },
    )
  return (
    <Dialog title={t('Never call {name} again?', { name })} isOpen={isOpen} onClose={close}>
      <p>{t('{number} goes on the do-not-call list, and this call ends.', { number: phone(number) })}</p>
      <div className="flex flex-wrap gap-2">
        <Button look="danger" disabled={act.isPending} onClick={add}>
          {t('Never call again')}
        </Button>
        <Button onClick={close}>{t('Cancel')}</Button>
      </div>
    </Dialog>
  )
}

const SHOWN_MS = 15_000

/** How the last call ended; it goes by itself, or when closed. */
function PastCall({ callId, name, close }: { callId: string; name: string; close: () => void }) {
  const { data: call } = useCall(callId)
  useEffect(() => {
    const timer = setTimeout(close, SHOWN_MS)
    return () => clearTimeout(timer)
  })
  if (!call) return null
  const { word, sign, look } = outcomeOf(call.outcome)
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="flex min-w-0 flex-1 items-baseline gap-2">
        <Whom call={call} name={name} />
        <span role="status" className={`whitespace-nowrap ${look}`}>
          <span aria-hidden="true">{sign}</span>{' '}
          {call.ended_at
            ? `${t('Call ended')}: ${t(word)}`
            : t(isHandedOn(call) ? 'You are off this call; it goes on.' : 'The call is ending')}
        </span>
        {call.talked_seconds > 0 && <span className="text-muted">{clock(call.talked_seconds)}</span>}
      </p>
      <Button look="plain" onClick={close}>
        {t('Close')}
      </Button>
    </div>
  )
}
