import type { Call, CallLeg } from '@/api/types'

/** "02:13", with hours only where there are any. */
export function clock(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  return `${hours ? `${hours}:` : ''}${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
}

const isRinging = (leg: CallLeg) => !['planned', 'up', 'ended'].includes(leg.state)
const isOpen = (leg: CallLeg) => leg.state !== 'ended'

/** Whether a call still concerns a member: their phone is in it, or they asked for it and no phone of theirs rings. */
export function isOwn(call: Call, memberId: string): boolean {
  const own = call.legs.filter((leg) => leg.member_id === memberId)
  return own.some(isOpen) || (own.length === 0 && call.requested_by === memberId)
}

/** Whether a call goes to this person: their lead was called, or their number was dialled. */
export const isWith = (call: Call, person: { id: string; phone: string | null | undefined }) =>
  call.lead_id ? call.lead_id === person.id : call.to !== null && call.to === person.phone

/** Whether a member asked for a call or was rung for it, now or then. */
export const tookPart = (call: Call, memberId: string) =>
  call.requested_by === memberId || call.legs.some((leg) => leg.member_id === memberId)

/** The phone by which a member takes part as a supervisor, if they do. */
export const findListening = (call: Call, memberId: string) =>
  call.legs.find((leg) => leg.party === 'supervisor' && leg.member_id === memberId && isOpen(leg))

/** Whether the lead and somebody of ours are together. */
export const isTalking = (call: Call) => call.state === 'connected'

const findThird = (call: Call) => call.legs.find((leg) => leg.party === 'third' && isOpen(leg))

/** Whether the lead is being handed on, and whether whom to is there to speak with. */
export const isHandingOn = (call: Call) => Boolean(call.transfer && findThird(call))
export const isThirdThere = (call: Call) => findThird(call)?.state === 'up'

/** Whether somebody else has the lead now: a call of which only the ends are left is about to be over. */
export const isHandedOn = (call: Call) =>
  call.state !== 'ended' &&
  call.legs.some((leg) => ['agent', 'third'].includes(leg.party) && leg.state === 'up')

const monitorings: Record<string, string> = {
  listen: 'You listen; nobody hears you',
  whisper: 'You whisper; only your colleague hears you',
  barge: 'You have joined; both hear you',
}

/** How far a call that is on is, as English words with a place for the lead's `{name}`. */
export function describeProgress(call: Call, memberId: string): string {
  const listening = findListening(call, memberId)
  if (listening && isRinging(listening)) return 'Ringing your phone'
  if (listening) return monitorings[listening.monitoring ?? ''] ?? 'You listen; nobody hears you'
  if (isTalking(call)) {
    if (isHandingOn(call))
      return isThirdThere(call) ? 'Speaking with whom you hand {name} to' : 'Ringing whom you hand {name} to'
    return call.is_on_hold ? '{name} is on hold' : 'Talking'
  }
  const lead = call.legs.find((leg) => leg.party === 'lead')
  const agents = call.legs.filter((leg) => leg.party === 'agent' && isRinging(leg))
  if (agents.length) {
    const isMine = agents.some((leg) => leg.member_id === memberId)
    if (lead?.state === 'up')
      return isMine ? '{name} is there; ringing your phone' : '{name} is there; ringing a colleague'
    return isMine ? 'Ringing your phone' : 'Ringing a colleague'
  }
  if (lead && isRinging(lead)) return lead.state === 'ringing' ? 'Ringing {name}' : 'Dialling {name}'
  return 'Connecting'
}
