import { describe, expect, it } from 'vitest'
import type { Call, CallLeg } from '@/api/types'
import { describeEvent } from './happenings'
import { clock, describeProgress, findListening, isHandedOn, isOwn, isWith } from './progress'

const leg = (party: CallLeg['party'], state: CallLeg['state'], more: Partial<CallLeg> = {}) =>
  ({ id: party, party, state, member_id: null, is_joined: false, monitoring: null, ...more }) as CallLeg
const call = (state: Call['state'], legs: CallLeg[], more: Partial<Call> = {}) =>
  ({ id: 'call', state, legs, is_on_hold: false, transfer: null, requested_by: null, ...more }) as Call

const mine = { member_id: 'me' }

it('tells a length as clocks do', () => {
  expect([0, 59.9, 133, 3600, -3].map(clock)).toEqual(['00:00', '00:59', '02:13', '1:00:00', '00:00'])
})

describe('a call is somebody’s own', () => {
  it('while a phone of theirs is in it, and no longer', () => {
    expect(isOwn(call('ringing', [leg('agent', 'ringing', mine)]), 'me')).toBe(true)
    expect(isOwn(call('connected', [leg('agent', 'ended', mine)], { requested_by: 'me' }), 'me')).toBe(false)
  })
  it('when they asked for it and no phone of theirs rings', () => {
    expect(isOwn(call('ringing', [leg('lead', 'ringing')], { requested_by: 'me' }), 'me')).toBe(true)
    expect(isOwn(call('ringing', [leg('lead', 'ringing')]), 'me')).toBe(false)
  })
})

it('goes to a person by their lead, or by their number where no lead was named', () => {
  const ravi = { id: 'ravi', phone: '+919820012345' }
  const to = '+919820012345'
  expect(isWith(call('connected', [], { lead_id: 'ravi', to }), ravi)).toBe(true)
  expect(isWith(call('connected', [], { lead_id: 'sister', to }), ravi)).toBe(false)
  expect(isWith(call('connected', [], { lead_id: null, to }), ravi)).toBe(true)
  expect(isWith(call('connected', [], { lead_id: null, to: null }), { id: 'zoe', phone: null })).toBe(false)
})

describe('how far a call is', () => {
  const lead = leg('lead', 'planned')
  it.each([
    ['Ringing your phone', call('ringing', [leg('agent', 'ringing', mine), lead])],
    ['Ringing a colleague', call('ringing', [leg('agent', 'dialling', { member_id: 'her' }), lead])],
    ['Connecting', call('dialling', [leg('agent', 'up', mine), lead])],
    ['Dialling {name}', call('dialling', [leg('agent', 'up', mine), leg('lead', 'dialling')])],
    ['Ringing {name}', call('ringing', [leg('agent', 'up', mine), leg('lead', 'ringing')])],
    [
      '{name} is there; ringing your phone',
      call('answered', [leg('lead', 'up'), leg('agent', 'requested', mine)]),
    ],
    ['Talking', call('connected', [leg('agent', 'up', mine), leg('lead', 'up')])],
    ['{name} is on hold', call('connected', [leg('agent', 'up', mine)], { is_on_hold: true })],
    [
      'Ringing whom you hand {name} to',
      call('connected', [leg('agent', 'up', mine), leg('third', 'ringing')], { transfer: 'attended' }),
    ],
    [
      'Speaking with whom you hand {name} to',
      call('connected', [leg('agent', 'up', mine), leg('third', 'up')], { transfer: 'attended' }),
    ],
    ['Ringing your phone', call('connected', [leg('supervisor', 'ringing', mine)])],
    [
      'You whisper; only your colleague hears you',
      call('connected', [leg('supervisor', 'up', { ...mine, monitoring: 'whisper' })]),
    ],
  ])('%s', (words, one) => {
    expect(describeProgress(one, 'me')).toBe(words)
  })
})

it('is handed on once somebody else has the lead, and not while it ends', () => {
  const left = leg('agent', 'ended', mine)
  expect(isHandedOn(call('connected', [left, leg('third', 'up')]))).toBe(true)
  expect(isHandedOn(call('connected', [left, leg('agent', 'up', { member_id: 'her' })]))).toBe(true)
  expect(isHandedOn(call('connected', [left, leg('lead', 'up')]))).toBe(false)
  expect(isHandedOn(call('ended', [left, leg('third', 'ended')]))).toBe(false)
})

it('finds only those who still listen', () => {
  expect(findListening(call('connected', [leg('supervisor', 'ended', mine)]), 'me')).toBeUndefined()
  expect(findListening(call('connected', [leg('supervisor', 'up', mine)]), 'me')).toBeDefined()
})

it('tells what a salesperson wants to know of an event, and leaves the rest to engineers', () => {
  const at = '2026-01-01T12:00:00Z'
  const legs = [leg('lead', 'up')]
  const event = (kind: string, detail: Record<string, unknown> = {}) => ({ at, kind, leg_id: 'lead', detail })
  expect(describeEvent(event('up'), legs)).toEqual({ words: '{who} picked up', who: 'The lead' })
  expect(describeEvent(event('digit', { text: '5' }), legs)?.words).toBe('{who} pressed {text}')
  expect(describeEvent(event('dial', { text: 'PROGRESS' }), legs)).toBeNull()
  expect(describeEvent(event('of-another-version'), legs)).toBeNull()
})
