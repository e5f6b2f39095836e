import type { CampaignSettings } from '@/api/types'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()
const number = (form: FormData, name: string, known: number) =>
  text(form, name) ? Number(text(form, name)) : known

/** Outcomes that may be tried again, and by their own rule. */
export const recycled = [
  'busy',
  'no-answer',
  'machine',
  'rejected',
  'congestion',
  'failed',
  'abandoned',
  'agent-unreached',
  'agent-left',
  'lost',
  'cancelled',
  'invalid-number',
  'answered',
]

/** What the form says, as the API wants it; fields that the mode does not show keep what they had. */
export function readRules(form: FormData, known: CampaignSettings): CampaignSettings {
  const percent = number(form, 'abandonment_percent', known.abandonment_limit * 100)
  return {
    ...known,
    opens_at: text(form, 'opens_at') || null,
    closes_at: text(form, 'closes_at') || null,
    attempts: number(form, 'attempts', known.attempts),
    ring_seconds: number(form, 'ring_seconds', known.ring_seconds),
    wrap_up_seconds: number(form, 'wrap_up_seconds', known.wrap_up_seconds),
    ratio: number(form, 'ratio', known.ratio),
    abandonment_limit: Math.round(percent * 100) / 10_000,
    abandonment_window: (text(form, 'abandonment_window') ||
      known.abandonment_window) as CampaignSettings['abandonment_window'],
    hold_seconds: number(form, 'hold_seconds', known.hold_seconds),
    calls_per_second: number(form, 'calls_per_second', known.calls_per_second),
    concurrency: number(form, 'concurrency', known.concurrency),
    detect_machine: form.has('detect_machine'),
    record: { yes: true, no: false }[text(form, 'record')] ?? null,
    caller_ids: form.getAll('caller_ids').map(String),
    dispositions: form.getAll('dispositions').map(String),
    abandonment_sound: text(form, 'abandonment_sound') || null,
    voicemail_sound: text(form, 'voicemail_sound') || null,
    recycling: readRecycling(form),
  }
}

function readRecycling(form: FormData): CampaignSettings['recycling'] {
  const own = recycled.filter((outcome) => form.has(`${outcome}.own`))
  return Object.fromEntries(
    own.map((outcome) => [
      outcome,
      {
        again_after_seconds: Math.round(number(form, `${outcome}.minutes`, 60) * 60),
        attempts: number(form, `${outcome}.attempts`, 3),
        other_number: form.has(`${outcome}.other_number`),
        other_time_of_day: form.has(`${outcome}.other_time`),
      },
    ]),
  )
}
