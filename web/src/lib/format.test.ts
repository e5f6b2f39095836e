import { describe, expect, it } from 'vitest'
import { ago, initials, money } from './format'

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

it('takes the first letters of two names', () => {
  expect(initials('asha devi rao')).toBe('AD')
})
