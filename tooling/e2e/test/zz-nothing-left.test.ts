import { expect, inject } from 'vitest'
import { added, directoryPrefix, hostState, oursOnly, waitFor } from '../src/index.ts'

/** What other programs on the host make and lose meanwhile is not ours. */
const isOurs = (line: string): boolean =>
  /^(process|mount|directory|control group|network namespace|interface (veth|rc|runcible)|nftables .*runcible)/.test(
    line
  )

oursOnly('no process, mount, namespace, interface, rule, control group or file is left of all the tests', async () => {
  const left = (): readonly string[] => added(inject('before'), hostState()).filter(isOurs)
  await waitFor('the last clean-up', () => left().length === 0, { timeout: 5_000 }).catch(() => {})
  expect(left()).toEqual([])
  expect(directoryPrefix).toMatch(/rce2e-$/)
})
