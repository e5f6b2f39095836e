import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { put } from '@/api/client'
import type { AgentPhone } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, Select } from '@/components/ui'
import { t } from '@/lib/i18n'

/** Where a member's phone rings: an account at the phone server, or a number; empty, it rings nowhere. */
export function PhoneForm({
  whose,
  path,
  phone,
}: {
  whose: string
  path: string
  phone: AgentPhone | undefined
}) {
  const queries = useQueryClient()
  const [kind, setKind] = useState<'account' | 'number'>(phone?.number ? 'number' : 'account')
  const save = useMutation({
    mutationFn: (typed: string) => put(path, typed ? { [kind]: typed } : {}),
    onSuccess: () => {
      toast(t('Saved.'))
      queries.invalidateQueries({ queryKey: ['calling', 'phones'] })
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(String(new FormData(event.currentTarget).get('phone') ?? '').trim())
  }
  return (
    <form onSubmit={submit} className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          label={t('Kind of phone of {name}', { name: whose })}
          value={kind}
          onChange={(event) => setKind(event.target.value as typeof kind)}
        >
          <option value="account">{t('Account at the phone server')}</option>
          <option value="number">{t('Phone number')}</option>
        </Select>
        <input
          key={kind}
          name="phone"
          aria-label={t('Phone of {name}', { name: whose })}
          type={kind === 'number' ? 'tel' : 'text'}
          maxLength={60}
          placeholder={kind === 'number' ? '+91 98200 12345' : 'asha'}
          defaultValue={phone?.[kind] ?? ''}
          className="pressable min-w-32 flex-1 rounded-md border border-line bg-raised px-3"
        />
        <Button
          type="submit"
          disabled={save.isPending}
          aria-label={t('Save phone of {name}', { name: whose })}
        >
          {t('Save')}
        </Button>
      </div>
      {save.isError && <ErrorNote error={save.error} />}
    </form>
  )
}
