import { Link } from '@tanstack/react-router'
import { useEffect, useId } from 'react'
import { Button } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { goToCallBar } from './call-bar'
import { useIsOnCallWith, usePhones, usePlaceCall } from './hooks'
import { explain } from './refusal'
import { noOwnPhone } from './words'

type Callee = { id: string; name: string; phone: string | null | undefined }

/** Whether the member may call this lead now, and if not, the sentence that says why, or that they are on that call. */
function useReadiness(lead: Callee) {
  const { me } = useSession()
  const mayPlace = me?.permissions.includes('calls:place') ?? false
  const phones = usePhones(mayPlace)
  const hasPhone = phones.data?.some((one) => one.member_id === me?.member.id) ?? true
  const missing = !lead.phone ? 'number' : !hasPhone ? 'own' : null
  const isOn = useIsOnCallWith(me?.member.id, lead)
  return { mayPlace, missing, isOn } as const
}

const sentences = {
  number: 'No phone number of this lead is known. Add one under Contact.',
  own: 'Your own phone is not set, so there is nothing to ring.',
}

/** One press on a card rings the member's phone, then the lead's. */
export function CardCallButton({ lead }: { lead: Callee }) {
  const { mayPlace, missing, isOn } = useReadiness(lead)
  const place = usePlaceCall()
  if (!mayPlace) return null
  const sentence = missing && t(sentences[missing])
  const says = t(isOn ? 'On the call with {name}' : 'Call {name}', { name: lead.name })
  const call = () => {
    if (isOn) goToCallBar()
    else if (missing === 'own') explain(noOwnPhone())
    else if (sentence) explain({ title: t('Not called'), text: sentence })
    else if (!place.isPending) place.mutate({ lead_id: lead.id })
  }
  return (
    <button
      type="button"
      data-call
      tabIndex={-1}
      aria-disabled={!isOn && (missing === 'number' || place.isPending)}
      aria-label={says}
      title={isOn ? says : (sentence ?? says)}
      onClick={call}
      onKeyDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.stopPropagation()}
      onTouchStart={(event) => event.stopPropagation()}
      className={`pressable grid px-2 touch:min-w-11 place-items-center rounded-md hover:bg-sunken aria-disabled:text-muted ${isOn ? 'bg-sunken text-good' : 'text-accent'}`}
    >
      <PhoneSign isStruck={!isOn && missing === 'number'} />
    </button>
  )
}

/** The call button of a lead's own page; `c` presses it. */
export function CallButton({ lead }: { lead: Callee }) {
  const { mayPlace, missing, isOn } = useReadiness(lead)
  const place = usePlaceCall()
  const id = useId()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = /INPUT|TEXTAREA|SELECT/.test((event.target as HTMLElement).tagName)
      const isAsked = document.querySelector('dialog[open]') !== null
      if (event.key === 'c' && !isTyping && !isAsked && !event.ctrlKey && !event.metaKey && !event.altKey)
        document.getElementById(`${id}-button`)?.click()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [id])
  if (!mayPlace) return null
  if (isOn)
    return (
      <Button id={`${id}-button`} title={t('Go to your call')} onClick={goToCallBar}>
        <span aria-hidden="true" className="text-good">
          ●
        </span>
        {t('On the call')}
      </Button>
    )
  return (
    <div className="space-y-1">
      <Button
        id={`${id}-button`}
        look="primary"
        disabled={missing !== null || place.isPending}
        aria-describedby={missing ? id : undefined}
        title={missing ? undefined : t('Your phone rings first, then theirs')}
        onClick={() => place.mutate({ lead_id: lead.id })}
      >
        <PhoneSign /> {t('Call now')}
      </Button>
      {missing && (
        <p id={id} className="text-muted text-xs">
          {t(sentences[missing])}{' '}
          {missing === 'own' && (
            <Link to="/calling" className="text-accent underline">
              {t('Set your phone')}
            </Link>
          )}
        </p>
      )}
    </div>
  )
}

function PhoneSign({ isStruck = false }: { isStruck?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="size-4 fill-current">
      <path d="M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.2.4 2.4.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.2.2 2.4.6 3.6.1.3 0 .7-.2 1z" />
      {isStruck && <path d="M4 4l16 16" className="fill-none stroke-2 stroke-current" />}
    </svg>
  )
}
