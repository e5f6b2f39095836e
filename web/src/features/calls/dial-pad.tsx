import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button, Panel, Select } from '@/components/ui'
import { phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { type NewCall, useCallingSettings, useCalls, usePhones, usePlaceCall } from './hooks'

const keys = [...'123456789*0#']

/** Calls any number: typed, pasted, or taken from the last ones. */
export function DialPad() {
  const { me } = useSession()
  const phones = usePhones()
  const settings = useCallingSettings()
  const place = usePlaceCall()
  const [number, setNumber] = useState('')
  const hasPhone = phones.data?.some((one) => one.member_id === me?.member.id) ?? true
  const callerIds = settings.data?.caller_ids ?? []
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const from = String(form.get('from') ?? '')
    const mode = form.get('mode') as NewCall['mode']
    place.mutate({ to: number.trim(), mode, ...(from && { from }) }, { onSuccess: () => setNumber('') })
  }
  return (
    <Panel title={t('Call a number')}>
      <form onSubmit={submit} className="space-y-3">
        <div className="flex flex-wrap gap-2">
          <input
            type="tel"
            required
            maxLength={60}
            aria-label={t('Number to call')}
            placeholder="+91 98200 12345"
            value={number}
            onChange={(event) => setNumber(event.target.value)}
            className="pressable min-w-44 flex-1 rounded-md border border-line bg-raised px-3"
          />
          <Button look="primary" type="submit" disabled={place.isPending || !hasPhone}>
            {t('Call')}
          </Button>
        </div>
        {!hasPhone && (
          <p className="text-muted">
            {t('Your own phone is not set, so there is nothing to ring.')}{' '}
            <Link to="/calling" className="text-accent underline">
              {t('Set your phone')}
            </Link>
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Select label={t('Who is rung first')} name="mode" defaultValue="agent-first">
            <option value="agent-first">{t('Ring my phone first')}</option>
            <option value="lead-first">{t('Ring them first')}</option>
          </Select>
          {callerIds.length > 0 && (
            <Select label={t('Number they see')} name="from" defaultValue="">
              <option value="">{t('The nearest of our numbers')}</option>
              {callerIds.map((one) => (
                <option key={one} value={one}>
                  {phone(one)}
                </option>
              ))}
            </Select>
          )}
        </div>
        <div
          role="group"
          aria-label={t('Keys')}
          className="grid max-w-56 grid-cols-3 gap-1 sm:max-w-none sm:grid-cols-12"
        >
          {keys.map((key) => (
            <Button key={key} onClick={() => setNumber(number + key)}>
              {key}
            </Button>
          ))}
        </div>
      </form>
      <Recent choose={setNumber} />
    </Panel>
  )
}

const SHOWN = 5

/** The numbers the member called last, to call again. */
function Recent({ choose }: { choose: (number: string) => void }) {
  const calls = useCalls({}, { isMine: true, limit: 20 })
  const numbers = calls.data?.pages.flatMap((page) => page.data.flatMap((call) => call.to ?? [])) ?? []
  const recent = [...new Set(numbers)].slice(0, SHOWN)
  if (recent.length === 0) return null
  return (
    <div className="mt-3">
      <h3 className="mb-1 text-muted text-xs">{t('You called last')}</h3>
      <ul className="flex flex-wrap gap-2">
        {recent.map((number) => (
          <li key={number}>
            <Button aria-label={t('Take {number}', { number: phone(number) })} onClick={() => choose(number)}>
              {phone(number)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
