import { expect, test } from 'vitest'
import { groupId } from '../../src/listen/group-id.ts'

test('by name and by number', () => {
  expect(groupId('root')).toBe(0)
  expect(groupId('1234')).toBe(1234)
})

test.each(['', 'no-such-group', '-1', 'root:x'])('%j is refused', (group) => {
  expect(() => groupId(group)).toThrow(expect.objectContaining({ code: 'not-found' }))
})
