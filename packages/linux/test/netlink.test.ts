import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { createLinux, errorCode } from '../src/index.ts'
import { dumpLinks, getLink, linkOf } from './netlink-messages.ts'

const { netlink } = createLinux()

test('a dump gives every link, again and again on one socket', () => {
  using route = netlink.open('route')
  const first = route.request(dumpLinks()).map(linkOf)
  expect(first.length).toBeGreaterThanOrEqual(Object.keys(networkInterfaces()).length)
  expect(first.map(({ index }) => index)).toContain(1)
  expect(route.request(dumpLinks()).map(linkOf).length).toBeGreaterThan(0)
})

test('a single reply without acknowledgement ends the request', () => {
  using route = netlink.open('route')
  expect(route.request(getLink(1)).map(linkOf)).toMatchObject([{ index: 1 }])
})

test('the errno of the kernel is thrown, and the socket stays usable', () => {
  using route = netlink.open('route')
  expect(() => route.request(getLink(999_999))).toThrow('ENODEV: no such device, netlink')
  expect(route.request(getLink(1))).toHaveLength(1)
})

test('no answer in time is an error', () => {
  using route = netlink.open('route', { timeoutMs: 20 })
  const noop = Buffer.alloc(16)
  noop.writeUInt16LE(1, 4)
  try {
    route.request(noop)
    expect.unreachable()
  } catch (error) {
    expect(errorCode(error)).toBe('EAGAIN')
  }
})
