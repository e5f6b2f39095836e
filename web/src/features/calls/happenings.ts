import type { CallEvent, CallLeg } from '@/api/types'

const who: Record<string, string> = {
  agent: 'The colleague',
  lead: 'The lead',
  supervisor: 'A supervisor',
  third: 'Whom the lead was handed to',
}

const told: Record<string, string> = {
  up: '{who} picked up',
  digit: '{who} pressed {text}',
  held: '{who} put the other on hold',
  unheld: '{who} took the other off hold',
  destroyed: '{who}: the line is closed',
  refused: '{who} could not be rung',
  absent: '{who}: the line was gone',
  'recording-started': 'The recording began',
  'recording-finished': 'The recording ended',
  'recording-failed': 'The recording failed',
}

/** What an event says to somebody who sells: English words with places for `{who}` and `{text}`; null if nothing. */
export function describeEvent(event: CallEvent, legs: CallLeg[]): { words: string; who: string } | null {
  const isRinging = event.kind === 'dial' && event.detail.text === 'RINGING'
  const words = isRinging ? '{who}: the phone rings' : told[event.kind]
  const party = legs.find((leg) => leg.id === event.leg_id)?.party ?? ''
  return words ? { words, who: who[party] ?? 'Somebody' } : null
}
