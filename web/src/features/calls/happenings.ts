import type { CallEvent, CallLeg } from '@/api/types'

const who: Record<string, string> = {
  agent: 'The colleague',
  lead: 'The lead',
  supervisor: 'A supervisor',
  third: 'Whom the lead was handed to',
}

const told: Record<string, (text: string) => string | null> = {
  dial: (status) => (status === 'RINGING' ? '{who}: the phone rings' : null),
  up: () => '{who} picked up',
  digit: (digit) => `{who} pressed ${digit}`,
  held: () => '{who} put the other on hold',
  unheld: () => '{who} took the other off hold',
  destroyed: () => '{who}: the line is closed',
  refused: () => '{who} could not be rung',
  absent: () => '{who}: the line was gone',
  'recording-started': () => 'The recording began',
  'recording-finished': () => 'The recording ended',
  'recording-failed': () => 'The recording failed',
}

/** What an event says to somebody who sells: English words with a place for `{who}`; null where it is of technical use only. */
export function describeEvent(event: CallEvent, legs: CallLeg[]): { words: string; who: string } | null {
  const words = told[event.kind]?.(String(event.detail.text ?? '')) ?? null
  const party = legs.find((leg) => leg.id === event.leg_id)?.party ?? ''
  return words === null ? null : { words, who: who[party] ?? 'Somebody' }
}
