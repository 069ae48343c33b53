import { expect, it } from 'vitest'
import { parseIp } from '../src/ip-address.ts'
import { hostNames, macFor, shortHash, vethName } from '../src/names.ts'

it('gives engines of different roots different names', () => {
  expect(hostNames('/var/lib/runcible')).toEqual({ table: 'runcible', bridgePrefix: 'runcible', firstSubnet: 0 })
  const roots = Array.from({ length: 100 }, (_, index) => hostNames(`/srv/${index}`))
  expect(new Set(roots.map(({ table }) => table)).size).toBe(100)
  expect(new Set(roots.map(({ bridgePrefix }) => bridgePrefix)).size).toBe(100)
  for (const { bridgePrefix } of roots) expect(`${bridgePrefix}9999`.length).toBeLessThanOrEqual(15)
})

it('names devices by the container alone', () => {
  const names = Array.from({ length: 1000 }, (_, index) => vethName(`container${index >> 1}`, index & 1))
  expect(new Set(names).size).toBe(1000)
  for (const name of names) expect(name).toMatch(/^veth[0-9a-f]{10}$/)
})

it('makes locally administered unicast MAC addresses', () => {
  expect(macFor(parseIp('10.89.0.2')!)).toBe('0a:52:0a:59:00:02')
})

it('hashes the same text to the same digits', () => {
  expect(shortHash('a')).toBe(shortHash('a'))
  expect(shortHash('')).toMatch(/^[0-9a-f]{16}$/)
})
