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

const done: Record<string, string> = {
  'hang-up': '{who} ended the call',
  hold: '{who} put the lead on hold',
  resume: '{who} took the lead off hold',
  mute: '{who} closed the microphone',
  unmute: '{who} opened the microphone',
  digits: '{who} sent keys: {text}',
  play: '{who} played {text}',
  transfer: '{who} began to hand the lead on',
  'transfer-completed': '{who} handed the lead on',
  'transfer-cancelled': '{who} went on with the lead',
  listen: '{who} listened',
  whisper: '{who} whispered to the colleague',
  barge: '{who} joined the call',
  'monitoring-ended': '{who} left the call',
}

type Told = { words: string; who: string; memberId?: string }

/** What an event says to somebody who sells: English words with places for `{who}` and `{text}`; null if nothing. */
export function describeEvent(event: CallEvent, legs: CallLeg[]): Told | null {
  const act = done[event.kind]
  if (act) return { words: act, who: 'Somebody', memberId: event.detail.member_id as string | undefined }
  const isRinging = event.kind === 'dial' && event.detail.text === 'RINGING'
  const words = isRinging ? '{who}: the phone rings' : told[event.kind]
  const party = legs.find((leg) => leg.id === event.leg_id)?.party ?? ''
  return words ? { words, who: who[party] ?? 'Somebody' } : null
}
