import { type FormEvent, useState } from 'react'
import type { Member } from '@/api/types'
import { Button, Select } from '@/components/ui'
import { t } from '@/lib/i18n'
import { usePhones } from './hooks'

type Target = { member_id?: string; to?: string; kind: 'blind' | 'attended' }

/** Whom to hand the lead to: a colleague with a phone, or any number; with or without a word before. */
export function TransferForm({
  colleagues,
  isPending,
  transfer,
}: {
  colleagues: Member[]
  isPending: boolean
  transfer: (target: Target) => void
}) {
  const phones = usePhones()
  const [chosen, setChosen] = useState('')
  const reachable = colleagues.filter((one) => phones.data?.some((phone) => phone.member_id === one.id))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const number = String(new FormData(event.currentTarget).get('number') ?? '').trim()
    const button = (event.nativeEvent as SubmitEvent).submitter?.getAttribute('value')
    const kind = button === 'attended' ? 'attended' : 'blind'
    transfer(chosen ? { member_id: chosen, kind } : { to: number, kind })
  }
  return (
    <form onSubmit={submit} aria-label={t('Transfer')} className="flex flex-wrap items-center gap-2">
      <Select label={t('Hand on to')} value={chosen} onChange={(event) => setChosen(event.target.value)}>
        <option value="">{t('A number')}</option>
        {reachable.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
      {!chosen && (
        <input
          name="number"
          type="tel"
          required
          maxLength={60}
          aria-label={t('Number to hand on to')}
          placeholder="+91 98200 19002"
          className="pressable min-w-40 flex-1 rounded-md border border-line bg-raised px-3 sm:flex-none"
        />
      )}
      <Button type="submit" value="attended" disabled={isPending}>
        {t('Speak first')}
      </Button>
      <Button type="submit" value="blind" disabled={isPending}>
        {t('Hand on at once')}
      </Button>
    </form>
  )
}
