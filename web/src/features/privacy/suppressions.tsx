import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { get, post } from '@/api/client'
import type { Envelope, Suppressed, SuppressionCount } from '@/api/types'
import { Button, ErrorNote, Notice, Panel, Skeleton, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { reasons } from './words'

/** Addresses that are left alone; only their number can be seen, and any one be asked for. */
export function Suppressions({ mayEdit }: { mayEdit: boolean }) {
  const queries = useQueryClient()
  const [said, setSaid] = useState<string | null>(null)
  const counts = useQuery({
    queryKey: ['suppressions'],
    queryFn: () => get<Envelope<SuppressionCount[]>>('/privacy/suppressions'),
    select: (answer) => answer.data,
  })
  const act = useMutation({
    mutationFn: (work: () => Promise<string>) => work(),
    onMutate: () => setSaid(null),
    onSuccess: (words) => {
      setSaid(words)
      queries.invalidateQueries({ queryKey: ['suppressions'] })
    },
  })
  const check = async (address: string) => {
    const { data } = await post<Envelope<Suppressed>>('/privacy/suppressions/check', { address })
    if (!data.suppressed) return t('{address} is not on the list.', { address })
    const why = data.reasons.map((one) => t(reasons[one.reason] ?? one.reason)).join(', ')
    return t('{address} is on the list: {why}.', { address, why })
  }
  const add = async (address: string) => {
    await post('/privacy/suppressions', { address })
    return t('{address} is left alone from now on.', { address })
  }
  const takeOff = async (address: string) => {
    await post('/privacy/suppressions/remove', { address })
    return t('{address} was taken off the list.', { address })
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const address = String(form.get('address'))
    const button = (event.nativeEvent as SubmitEvent).submitter?.getAttribute('value')
    act.mutate(() =>
      button === 'add' ? add(address) : button === 'remove' ? takeOff(address) : check(address),
    )
  }
  return (
    <Panel title={t('Suppression list')}>
      <p className="text-muted">
        {t(
          'Addresses nobody may write to or call. They are kept as fingerprints, so the list cannot be read.',
        )}
      </p>
      {counts.isPending && <Skeleton rows={1} />}
      {counts.isError && <ErrorNote error={counts.error} retry={counts.refetch} />}
      {counts.data?.length === 0 && <p className="mt-2">{t('The list is empty.')}</p>}
      <ul className="mt-2 space-y-1">
        {counts.data?.map((one) => (
          <li key={`${one.address_kind}-${one.reason}`} className="flex justify-between gap-3">
            <span>
              {t(one.address_kind === 'email' ? 'E-mail' : 'Phone')} · {t(reasons[one.reason] ?? one.reason)}
            </span>
            <span>{one.count}</span>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className="mt-3 space-y-3">
        <TextField
          label={t('E-mail address or phone number')}
          name="address"
          required
          minLength={3}
          maxLength={320}
        />
        {act.isError && <ErrorNote error={act.error} />}
        {said && <Notice>{said}</Notice>}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" value="check" disabled={act.isPending}>
            {t('Is it on the list?')}
          </Button>
          {mayEdit && (
            <>
              <Button type="submit" value="add" disabled={act.isPending}>
                {t('Leave it alone')}
              </Button>
              <Button type="submit" value="remove" disabled={act.isPending}>
                {t('Take it off')}
              </Button>
            </>
          )}
        </div>
      </form>
    </Panel>
  )
}
