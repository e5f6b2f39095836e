import { expect, test } from 'vitest'
import { findChanges } from './acts'

test('only what differs is a change', () => {
  expect(findChanges({ name: 'Acme', seats: 3 }, { name: 'Acme Homes', seats: 3 })).toEqual([
    { field: 'name', before: 'Acme', after: 'Acme Homes' },
  ])
})

test('a made thing has no before, a removed one no after', () => {
  expect(findChanges(null, { scopes: ['a', 'b'] })).toEqual([
    { field: 'scopes', before: null, after: 'a, b' },
  ])
  expect(findChanges({ role: 'agent' }, null)).toEqual([{ field: 'role', before: 'agent', after: null }])
  expect(findChanges(null, null)).toEqual([])
  expect(findChanges({ on: false }, { on: true })).toEqual([{ field: 'on', before: 'false', after: 'true' }])
})
