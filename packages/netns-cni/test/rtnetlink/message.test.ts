import { expect, it } from 'vitest'
import {
  attribute,
  attributesOf,
  message,
  nested,
  payloadOf,
  text,
  textOf,
  u32,
  u8
} from '../../src/rtnetlink/message.ts'

it('reads the attributes that it writes', () => {
  const bytes = message({
    type: 16,
    flags: 0x604,
    header: Buffer.alloc(16),
    attributes: [text(3, 'eth0'), u32(4, 1500), nested(18, [u8(1, 7)])]
  })
  expect(bytes.length % 4).toBe(0)
  expect([bytes.readUInt16LE(4), bytes.readUInt16LE(6)]).toEqual([16, 0x605])
  const attributes = attributesOf(payloadOf(bytes), 16)
  expect(textOf(attributes.get(3))).toBe('eth0')
  expect(attributes.get(4)?.readUInt32LE()).toBe(1500)
  expect(attributesOf(attributes.get(18)!).get(1)).toEqual(Buffer.of(7))
})

it('stops at attributes of impossible length', () => {
  expect(attributesOf(Buffer.of(2, 0, 1, 0)).size).toBe(0)
  expect(attributesOf(Buffer.of(200, 0, 1, 0)).size).toBe(0)
  expect(attributesOf(Buffer.concat([attribute(1, Buffer.of(1)), Buffer.of(9)])).size).toBe(1)
})
