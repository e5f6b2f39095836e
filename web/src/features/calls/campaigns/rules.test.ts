import { expect, test } from 'vitest'
import type { CampaignSettings } from '@/api/types'
import { readRules } from './rules'

const known = {
  ratio: 1.5,
  abandonment_limit: 0.03,
  abandonment_window: 'thirty-days',
  hold_seconds: 2,
  wrap_up_seconds: 60,
  ring_seconds: 25,
  attempts: 6,
  concurrency: 50,
  calls_per_second: 2,
  caller_ids: ['+912261001000'],
  dispositions: ['sold'],
  recycling: {
    busy: { again_after_seconds: 60, attempts: 1, other_number: false, other_time_of_day: false },
  },
  detect_machine: true,
  record: true,
} as unknown as CampaignSettings

const form = (values: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(values)) data.append(name, value)
  return data
}

test('numbers that the form does not show keep what they had, and ticks that are off are off', () => {
  const said = readRules(form({}), known)
  expect(said).toMatchObject({ ratio: 1.5, abandonment_limit: 0.03, abandonment_window: 'thirty-days' })
  expect(said).toMatchObject({ detect_machine: false, record: null, caller_ids: [], recycling: {} })
})

test('a percentage becomes a share without the crumbs of arithmetic', () => {
  expect(readRules(form({ abandonment_percent: '2.9' }), known).abandonment_limit).toBe(0.029)
})

test('only outcomes with a rule of their own are sent, minutes as seconds', () => {
  const said = readRules(
    form({
      'busy.minutes': '5',
      'no-answer.own': 'on',
      'no-answer.minutes': '30',
      'no-answer.other_time': 'on',
    }),
    known,
  )
  expect(said.recycling).toEqual({
    'no-answer': { again_after_seconds: 1800, attempts: 3, other_number: false, other_time_of_day: true },
  })
})
