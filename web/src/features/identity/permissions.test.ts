import { expect, test } from 'vitest'
import { describePermission, groupPermissions } from './permissions'

test('permissions come in groups, and one nobody has words for is shown by its name', () => {
  const groups = groupPermissions(['keys:edit', 'leads:view', 'calls:make'])
  expect(groups.map((group) => group.permissions)).toEqual([['leads:view'], ['keys:edit'], ['calls:make']])
  expect(describePermission('calls:make')).toBe('calls:make')
  expect(describePermission('leads:view')).toBe('See leads and their messages')
})
