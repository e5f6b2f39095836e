import type { FormEvent } from 'react'
import { Button, ErrorNote, Panel, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { modes } from './words'

export type Named = { name: string; mode: string }

/** What a campaign is called and how it calls; progressive unless something else is chosen. */
export function NameForm({
  campaign,
  isPending,
  error,
  save,
}: {
  campaign?: Named
  isPending: boolean
  error: unknown
  save: (named: Named) => void
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    save({ name: String(form.get('name')).trim(), mode: String(form.get('mode')) })
  }
  const today = new Date().toLocaleDateString(undefined, { day: 'numeric', month: 'long' })
  return (
    <form onSubmit={submit}>
      <Panel title={t('Name and way of calling')}>
        <div className="space-y-4">
          <TextField
            label={t('Name')}
            name="name"
            required
            maxLength={100}
            defaultValue={campaign?.name ?? t('Calls of {day}', { day: today })}
          />
          <fieldset className="grid gap-2">
            <legend className="mb-1 font-medium">{t('How calls are placed')}</legend>
            {Object.entries(modes).map(([mode, { word, says }]) => (
              <label
                key={mode}
                className="flex items-start gap-3 rounded-md border border-line p-3 has-checked:border-accent has-checked:bg-sunken"
              >
                <input
                  type="radio"
                  name="mode"
                  value={mode}
                  defaultChecked={mode === (campaign?.mode ?? 'progressive')}
                  className="mt-1"
                />
                <span>
                  <span className="block font-medium">{t(word)}</span>
                  <span className="block text-muted text-xs">{t(says)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          {error != null && <ErrorNote error={error} />}
          <Button look="primary" type="submit" disabled={isPending}>
            {t('Next: whom to call')}
          </Button>
        </div>
      </Panel>
    </form>
  )
}
