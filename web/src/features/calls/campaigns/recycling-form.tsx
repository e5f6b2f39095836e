import { type InputHTMLAttributes, useState } from 'react'
import type { CampaignSettings } from '@/api/types'
import { t } from '@/lib/i18n'
import { outcomeOf } from '../words'
import { recycled } from './rules'

/** When somebody is tried again; only outcomes that are ticked have a rule of their own. */
export function Recycling({ settings }: { settings: CampaignSettings }) {
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
      <label className="flex min-w-44 items-center gap-2">
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
        className="w-20 pressable rounded-md border border-line bg-raised px-2 py-1"
        {...rest}
      />
      <span aria-hidden="true">{unit}</span>
    </span>
  )
}
