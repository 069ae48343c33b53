import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux } from '../src/index.ts'
import { dumpLinks, linkOf, setLinkUp } from './netlink-messages.ts'
import { temporaryDirectory } from './temporary.ts'

const { namespace, netlink } = createLinux()
const directory = temporaryDirectory()

const socketInside = () => {
  const path = join(directory.path, 'net')
  namespace.createNetwork(path)
  directory.defer(() => namespace.removeNetwork(path))
  return namespace.withNetwork(path, () => netlink.open('route'))
}

test('a socket stays in the namespace it was opened in', () => {
  using route = socketInside()
  expect(route.request(dumpLinks()).map(linkOf)).toEqual([{ index: 1, up: false }])
  expect(route.request(setLinkUp(1))).toEqual([])
  expect(route.request(dumpLinks()).map(linkOf)).toEqual([{ index: 1, up: true }])
})

test('a batch is acknowledged as a whole, and a failing one leaves no answer behind', () => {
  using route = socketInside()
  route.batch([setLinkUp(1), setLinkUp(1), setLinkUp(1)])
  expect(() => route.batch([setLinkUp(1), setLinkUp(77), setLinkUp(1)])).toThrow('ENODEV')
  expect(route.request(dumpLinks()).map(linkOf)).toEqual([{ index: 1, up: true }])
})
