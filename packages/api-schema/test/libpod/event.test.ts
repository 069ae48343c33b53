import type { EngineEvent } from '@runcible/interface'
import { expect, it } from 'vitest'
import { nanosecondTime, printEvent } from '../../src/index.ts'

const event: EngineEvent = {
  sequence: 7,
  type: 'container',
  action: 'kill',
  id: 'a1',
  name: 'web',
  time: 1_706_696_430_000_000_001n,
  attributes: { zone: 'b', signal: 'SIGKILL', image: 'busybox', constructor: 'c' }
}

it('keeps labels and what else is told, in order, and the image apart', () => {
  expect(JSON.parse(JSON.stringify(printEvent(event)))).toEqual({
    ID: 'a1',
    Image: 'busybox',
    Name: 'web',
    Status: 'kill',
    Time: '2024-01-31T10:20:30.000000001Z',
    Type: 'container',
    Attributes: { constructor: 'c', signal: 'SIGKILL', zone: 'b' }
  })
})

it('gives attributes only to what has some', () => {
  const image = { ...event, type: 'image' as const, attributes: {} }
  expect(JSON.parse(JSON.stringify(printEvent(image)))).toMatchObject({ Attributes: null })
  expect(JSON.parse(JSON.stringify(printEvent({ ...image, attributes: { to: 'x' } })))).toMatchObject({
    Attributes: { to: 'x' }
  })
})

it('has times as Go prints them', () => {
  expect(nanosecondTime(1_706_696_430_120_000_000n)).toBe('2024-01-31T10:20:30.12Z')
  expect(nanosecondTime(0n)).toBe('1970-01-01T00:00:00Z')
})
