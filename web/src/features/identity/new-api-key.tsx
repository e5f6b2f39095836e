import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { post } from '@/api/client'
import type { Envelope, NewApiKey } from '@/api/types'
import { Button, ErrorNote, Panel, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { describePermission, groupPermissions } from './permissions'

const DAY = 86_400_000
const lifetimes: [string, string][] = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'One year'],
  ['', 'Until it is ended'],
]

/** Makes a key: its name, what it may do, how long. */
export function NewApiKeyForm({
  permissions,
  onMade,
}: {
  permissions: string[]
  onMade: (made: NewApiKey) => void
}) {
  const queries = useQueryClient()
  const make = useMutation({
    mutationFn: async (body: object) => (await post<Envelope<NewApiKey>>('/api-keys', body)).data,
    onSuccess: (made) => {
      onMade(made)
      queries.invalidateQueries({ queryKey: ['api-keys'] })
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const target = event.currentTarget
    const form = new FormData(target)
    const days = Number(form.get('days'))
    make.mutate(
      {
        name: form.get('name'),
        scopes: form.getAll('scope'),
        expires_at: days ? new Date(Date.now() + days * DAY).toISOString() : null,
      },
      { onSuccess: () => target.reset() },
    )
  }
  return (
    <Panel title={t('New key')}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t('What is it for?')}
          name="name"
          required
          maxLength={120}
          placeholder={t('Web site, nightly report …')}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          {groupPermissions(permissions).map((group) => (
            <fieldset key={group.title} className="space-y-1">
              <legend className="mb-1 font-medium">{t(group.title)}</legend>
              {group.permissions.map((permission) => (
                <label key={permission} className="flex items-start gap-2">
                  <input type="checkbox" name="scope" value={permission} className="mt-0.5" />
                  <span>{t(describePermission(permission))}</span>
                </label>
              ))}
            </fieldset>
          ))}
        </div>
        <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <legend className="mb-1 font-medium">{t('It works for')}</legend>
          {lifetimes.map(([days, words]) => (
            <label key={days} className="flex items-center gap-2">
              <input type="radio" name="days" value={days} defaultChecked={days === '90'} />
              {t(words)}
            </label>
          ))}
        </fieldset>
        {make.isError && <ErrorNote error={make.error} />}
        <Button look="primary" type="submit" disabled={make.isPending}>
          {t('Make the key')}
        </Button>
      </form>
    </Panel>
  )
}
