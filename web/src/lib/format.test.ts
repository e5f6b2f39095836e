import { describe, expect, it } from 'vitest'
import { ago, coming, fromMinor, initials, money, phone, price, toMinor } from './format'

describe('money', () => {
  it('speaks of lakh and crore in rupees', () => {
    expect(money(8_500_000, 'INR')).toBe('₹85 lakh')
    expect(money(12_500_000, 'INR')).toBe('₹1.25 crore')
  })
  it('survives a currency nobody knows', () => {
    expect(money(5, 'XX')).toContain('XX')
  })
})

it('tells how long ago', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  expect(ago('2026-01-01T11:59:40Z', now)).toBe('now')
  expect(ago('2026-01-01T11:55:00Z', now)).toMatch(/5/)
})

it('groups the digits of a number, and leaves alone what is none', () => {
  expect(phone('+919820012345')).toBe('+91 98200 12345')
  expect(phone('+912261001000')).toBe('+91 22 6100 1000')
  expect(phone('+14155550123')).toBe('+1 415 555 0123')
  expect(phone('+971501234567')).toBe('+971 50 123 4567')
  expect(phone('+4930123456')).toBe('+49 301 234 56')
  expect(phone('+91982*')).toBe('+91982*')
})

it('writes money by the smaller unit of its currency', () => {
  expect(price(180, 'INR')).toBe('₹1.80')
  expect(fromMinor(3, 'JPY')).toBe(3)
  expect(toMinor(0.29, 'USD')).toBe(29)
  expect(toMinor(0.005, 'KWD')).toBe(5)
})

it('names the day only of what is not today', () => {
  const now = Date.parse('2026-11-21T09:00:00')
  expect(coming('2026-11-21T18:30:00', now)).not.toMatch(/Sat/)
  expect(coming('2026-11-23T18:30:00', now)).toMatch(/Mon/)
  expect(coming('2026-12-23T18:30:00', now)).toMatch(/2026/)
})

it('takes the first letters of two names', () => {
  expect(initials('asha devi rao')).toBe('AD')
})
