import type { FormEvent } from 'react'
import type { Campaign, CampaignSettings, Disposition, Script } from '@/api/types'
import { Button, ErrorNote, Panel, SelectField, TextField } from '@/components/ui'
import { phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { Recycling } from './recycling-form'
import { readRules } from './rules'

export type Rules = { settings: CampaignSettings; script_id: string | null }

/** How a campaign dials. Everything has a default; the law of the callee's place stays the outer limit. */
export function RulesForm({
  campaign,
  callerIds,
  scripts,
  dispositions,
  action,
  isPending,
  error,
  save,
}: {
  campaign: Campaign
  callerIds: string[]
  scripts: Script[]
  dispositions: Disposition[]
  action: string
  isPending: boolean
  error: unknown
  save: (rules: Rules) => void
}) {
  const { settings, mode } = campaign
  const isAhead = mode === 'power' || mode === 'predictive'
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    save({ settings: readRules(form, settings), script_id: String(form.get('script_id') ?? '') || null })
  }
  return (
    <form onSubmit={submit} className="space-y-4">
      <Panel title={t('Hours and attempts')}>
        <p className="mb-3 text-muted">
          {t('In the time of whoever is called, inside what the law of their place allows.')}
        </p>
        <div className="grid grid-cols-2 items-end gap-3 sm:grid-cols-4">
          <Hour label="Not before" name="opens_at" settings={settings} />
          <Hour label="Not after" name="closes_at" settings={settings} />
          <Amount name="attempts" settings={settings} />
          <Amount name="ring_seconds" settings={settings} />
        </div>
      </Panel>
      <Panel title={t('What colleagues have')}>
        <div className="flex flex-wrap items-end gap-3">
          <Choice
            label="Script"
            name="script_id"
            value={campaign.script_id ?? ''}
            options={[['', t('No script')], ...scripts.map((one): Option => [one.id, one.name])]}
          />
          <Amount name="wrap_up_seconds" settings={settings} />
        </div>
        <Ticks
          legend={t('Ways a conversation may end; none ticked: all')}
          name="dispositions"
          options={dispositions.map((one) => [one.code, one.label])}
          chosen={settings.dispositions}
        />
      </Panel>
      {isAhead && (
        <Panel title={t('Answered, but no colleague was there')}>
          <div className="mb-3 grid grid-cols-2 items-end gap-3 sm:grid-cols-4">
            {mode === 'power' && <Amount name="ratio" settings={settings} />}
            <Amount name="abandonment_percent" settings={settings} />
            <Choice
              label="Counted over"
              name="abandonment_window"
              value={settings.abandonment_window}
              options={[
                ['day', t('24 hours')],
                ['thirty-days', t('30 days')],
              ]}
            />
            <Amount name="hold_seconds" settings={settings} />
          </div>
          <Sound label="Message they hear then" name="abandonment_sound" settings={settings} />
        </Panel>
      )}
      <details className="rounded-lg border border-line bg-raised p-4 shadow-card">
        <summary className="cursor-pointer font-semibold">{t('More rules')}</summary>
        <div className="mt-4 space-y-4">
          <div className="flex flex-wrap items-end gap-3">
            <Choice
              label="Record conversations"
              name="record"
              value={settings.record == null ? '' : settings.record ? 'yes' : 'no'}
              options={[
                ['', t('As the calling settings say')],
                ['yes', t('Yes')],
                ['no', t('No')],
              ]}
            />
            <Amount name="calls_per_second" settings={settings} />
            <Amount name="concurrency" settings={settings} />
          </div>
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              name="detect_machine"
              defaultChecked={settings.detect_machine}
              className="mt-1"
            />
            <span>
              <span className="block font-medium">{t('Notice answering machines')}</span>
              <span className="block text-muted text-xs">
                {t('Listens two to three seconds first. Where it is not sure, it was a person.')}
              </span>
            </span>
          </label>
          <Sound label="Message left on answering machines" name="voicemail_sound" settings={settings} />
          <Ticks
            legend={t('Numbers people see; none ticked: any of yours')}
            name="caller_ids"
            options={callerIds.map((one) => [one, phone(one)])}
            chosen={settings.caller_ids}
          />
          <Recycling settings={settings} />
        </div>
      </details>
      {error != null && <ErrorNote error={error} />}
      <Button look="primary" type="submit" disabled={isPending}>
        {action}
      </Button>
    </form>
  )
}

type Option = [value: string, word: string]
type Known = { settings: CampaignSettings }

/** Every number that a campaign is told, what it is called, and between what it may be. */
const amounts = {
  attempts: { label: 'Attempts at most', min: 1, max: 50, step: 1 },
  ring_seconds: { label: 'Seconds it rings', min: 15, max: 120, step: 1 },
  wrap_up_seconds: { label: 'Seconds of wrap-up after a call', min: 0, max: 1800, step: 1 },
  ratio: { label: 'Lines for each free colleague', min: 1, max: 5, step: 0.1 },
  abandonment_percent: { label: 'At most, percent of answers', min: 0.1, max: 100, step: 0.1 },
  hold_seconds: { label: 'Seconds they wait at most', min: 0, max: 10, step: 0.5 },
  calls_per_second: { label: 'Calls a second', min: 0.1, max: 100, step: 0.1 },
  concurrency: { label: 'Calls at once', min: 1, max: 5000, step: 1 },
}

function Amount({ name, settings }: Known & { name: keyof typeof amounts }) {
  const { label, ...bounds } = amounts[name]
  const percents = Math.round(settings.abandonment_limit * 10_000) / 100
  const value = name === 'abandonment_percent' ? percents : settings[name]
  return (
    <TextField
      label={t(label)}
      name={name}
      type="number"
      inputMode="decimal"
      required
      {...bounds}
      defaultValue={value}
    />
  )
}

function Hour({ label, name, settings }: Known & { label: string; name: 'opens_at' | 'closes_at' }) {
  return <TextField label={t(label)} name={name} type="time" defaultValue={settings[name] ?? ''} />
}

function Choice({
  label,
  name,
  value,
  options,
}: {
  label: string
  name: string
  value: string
  options: Option[]
}) {
  return (
    <SelectField label={t(label)} name={name} defaultValue={value}>
      {options.map(([one, word]) => (
        <option key={one} value={one}>
          {word}
        </option>
      ))}
    </SelectField>
  )
}

function Sound({
  label,
  name,
  settings,
}: Known & { label: string; name: 'abandonment_sound' | 'voicemail_sound' }) {
  return (
    <TextField
      label={t(label)}
      name={name}
      placeholder="sound:our-message"
      pattern="sound:[A-Za-z0-9_\-][A-Za-z0-9_.\-]*(\/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*)*"
      hint={t('The name of a sound at the phone server, after “sound:”. Empty: they are hung up on.')}
      defaultValue={settings[name] ?? ''}
    />
  )
}

function Ticks({
  legend,
  name,
  options,
  chosen,
}: {
  legend: string
  name: string
  options: Option[]
  chosen: string[]
}) {
  if (options.length === 0) return null
  return (
    <fieldset className="mt-3">
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map(([value, word]) => (
          <label key={value} className="flex items-center gap-2">
            <input type="checkbox" name={name} value={value} defaultChecked={chosen.includes(value)} />
            {word}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
