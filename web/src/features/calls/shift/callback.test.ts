import { expect, test } from 'vitest'
import { asLocal, inAnHour, secondsUntil, tomorrowAt } from './callback'

test('a callback in an hour falls on five full minutes', () => {
  expect(asLocal(inAnHour(new Date(2026, 10, 21, 23, 1, 1)))).toBe('2026-11-22T00:05')
  expect(asLocal(inAnHour(new Date(2026, 10, 21, 9, 0)))).toBe('2026-11-21T10:00')
})

test('tomorrow is in the next year on the last day of this one', () => {
  expect(asLocal(tomorrowAt(10, new Date(2026, 11, 31, 23, 59)))).toBe('2027-01-01T10:00')
})

test('what is past has no seconds left', () => {
  expect(secondsUntil('2026-11-21T10:00:00Z', Date.parse('2026-11-21T09:59:58.5Z'))).toBe(2)
  expect(secondsUntil('2026-11-21T10:00:00Z', Date.parse('2026-11-21T10:00:09Z'))).toBe(0)
})
