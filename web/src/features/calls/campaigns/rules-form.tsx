import { type FormEvent, type InputHTMLAttributes, useState } from 'react'
import type { Campaign, CampaignSettings, Disposition, Script } from '@/api/types'
import { Button, ErrorNote, Panel, Select, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { outcomeOf } from '../words'
import { readRules, recycled } from './rules'

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
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          <TextField
            label={t('Not before')}
            name="opens_at"
            type="time"
            defaultValue={settings.opens_at ?? ''}
          />
          <TextField
            label={t('Not after')}
            name="closes_at"
            type="time"
            defaultValue={settings.closes_at ?? ''}
          />
          <Amount label={t('Attempts at most')} name="attempts" min={1} max={50} value={settings.attempts} />
          <Amount
            label={t('Seconds it rings')}
            name="ring_seconds"
            min={15}
            max={120}
            value={settings.ring_seconds}
          />
        </div>
      </Panel>
      <Panel title={t('What colleagues have')}>
        <div className="flex flex-wrap items-end gap-3">
          <Select label={t('Script')} name="script_id" defaultValue={campaign.script_id ?? ''}>
            <option value="">{t('No script')}</option>
            {scripts.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
          <Amount
            label={t('Seconds of wrap-up after a call')}
            name="wrap_up_seconds"
            min={0}
            max={1800}
            value={settings.wrap_up_seconds}
          />
        </div>
        {dispositions.length > 0 && (
          <Ticks
            legend={t('Ways a conversation may end; none ticked: all')}
            name="dispositions"
            options={dispositions.map((one) => [one.code, one.label])}
            chosen={settings.dispositions}
          />
        )}
      </Panel>
      {isAhead && (
        <Panel title={t('Answered, but no colleague was there')}>
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            {mode === 'power' && (
              <Amount
                label={t('Lines for each free colleague')}
                name="ratio"
                min={1}
                max={5}
                step={0.1}
                value={settings.ratio}
              />
            )}
            <Amount
              label={t('At most, percent of answers')}
              name="abandonment_percent"
              min={0.1}
              max={20}
              step={0.1}
              value={Math.round(settings.abandonment_limit * 10_000) / 100}
            />
            <div className="space-y-1">
              <span aria-hidden="true" className="block font-medium">
                {t('Counted over')}
              </span>
              <Select
                label={t('Counted over')}
                name="abandonment_window"
                defaultValue={settings.abandonment_window}
              >
                <option value="day">{t('24 hours')}</option>
                <option value="thirty-days">{t('30 days')}</option>
              </Select>
            </div>
            <Amount
              label={t('Seconds they wait at most')}
              name="hold_seconds"
              min={0}
              max={10}
              step={0.5}
              value={settings.hold_seconds}
            />
          </div>
          <div className="mt-3">
            <Sound
              label={t('Message they hear then')}
              name="abandonment_sound"
              value={settings.abandonment_sound}
            />
          </div>
        </Panel>
      )}
      <details className="rounded-lg border border-line bg-raised p-4 shadow-card">
        <summary className="cursor-pointer font-semibold">{t('More rules')}</summary>
        <div className="mt-4 space-y-4">
          <div className="flex flex-wrap items-end gap-3">
            <div className="space-y-1">
              <span aria-hidden="true" className="block font-medium">
                {t('Record conversations')}
              </span>
              <Select
                label={t('Record conversations')}
                name="record"
                defaultValue={settings.record == null ? '' : settings.record ? 'yes' : 'no'}
              >
                <option value="">{t('As the calling settings say')}</option>
                <option value="yes">{t('Yes')}</option>
                <option value="no">{t('No')}</option>
              </Select>
            </div>
            <Amount
              label={t('Calls a second')}
              name="calls_per_second"
              min={0.1}
              max={100}
              step={0.1}
              value={settings.calls_per_second}
            />
            <Amount
              label={t('Calls at once')}
              name="concurrency"
              min={1}
              max={5000}
              value={settings.concurrency}
            />
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
          <Sound
            label={t('Message left on answering machines')}
            name="voicemail_sound"
            value={settings.voicemail_sound}
          />
          {callerIds.length > 0 && (
            <Ticks
              legend={t('Numbers people see; none ticked: any of yours')}
              name="caller_ids"
              options={callerIds.map((one) => [one, one])}
              chosen={settings.caller_ids}
            />
          )}
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

function Amount({
  label,
  name,
  min,
  max,
  step,
  value,
}: {
  label: string
  name: string
  min: number
  max: number
  step?: number
  value: number
}) {
  return (
    <TextField
      label={label}
      name={name}
      type="number"
      inputMode="decimal"
      required
      min={min}
      max={max}
      step={step ?? 1}
      defaultValue={value}
    />
  )
}

function Sound({ label, name, value }: { label: string; name: string; value: string | null | undefined }) {
  return (
    <TextField
      label={label}
      name={name}
      placeholder="sound:our-message"
      pattern="sound:[A-Za-z0-9_\-\/.]{1,150}"
      hint={t('The name of a sound at the phone server, after “sound:”. Empty: they are hung up on.')}
      defaultValue={value ?? ''}
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
  options: [string, string][]
  chosen: string[]
}) {
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

/** When somebody is tried again; only outcomes that are ticked have a rule of their own. */
function Recycling({ settings }: { settings: CampaignSettings }) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{t('When to try again')}</legend>
      <p className="mb-2 text-muted text-xs">
        {t(
          'Left alone, each has a rule that suits most: busy after ten minutes, no answer after four hours.',
        )}
      </p>
      <ul className="divide-y divide-line">
        {recycled.map((outcome) => (
          <RecyclingLine key={outcome} outcome={outcome} rule={settings.recycling[outcome]} />
        ))}
      </ul>
    </fieldset>
  )
}

function RecyclingLine({
  outcome,
  rule,
}: {
  outcome: string
  rule: CampaignSettings['recycling'][string] | undefined
}) {
  const [isOwn, setOwn] = useState(rule !== undefined)
  const { word, sign } = outcomeOf(outcome)
  const named = (what: string): string => `${t(word)}: ${what}`
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
      <label className="flex min-w-56 items-center gap-2">
        <input
          type="checkbox"
          name={`${outcome}.own`}
          checked={isOwn}
          onChange={(event) => setOwn(event.target.checked)}
        />
        <span aria-hidden="true">{sign}</span> {t(word)}
      </label>
      {isOwn && (
        <>
          <Small
            label={named(t('Minutes until the next attempt'))}
            words={t('after')}
            unit={t('minutes')}
            name={`${outcome}.minutes`}
            min={0}
            max={129_600}
            defaultValue={(rule?.again_after_seconds ?? 3600) / 60}
          />
          <Small
            label={named(t('Further attempts'))}
            words={t('at most')}
            unit={t('times')}
            name={`${outcome}.attempts`}
            min={0}
            max={50}
            defaultValue={rule?.attempts ?? 3}
          />
          <label className="flex items-center gap-2">
            <input type="checkbox" name={`${outcome}.other_number`} defaultChecked={rule?.other_number} />
            {t('another number')}
          </label>
          <label className="flex items-center gap-2">
            <input type="checkbox" name={`${outcome}.other_time`} defaultChecked={rule?.other_time_of_day} />
            {t('another time of day')}
          </label>
        </>
      )}
    </li>
  )
}

function Small({
  label,
  words,
  unit,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; words: string; unit: string }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true">{words}</span>
      <input
        type="number"
        aria-label={label}
        required
        className="w-20 rounded-md border border-line bg-raised px-2 py-1"
        {...rest}
      />
      <span aria-hidden="true">{unit}</span>
    </span>
  )
}
