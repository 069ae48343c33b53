import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createLinux, type Linux } from '@runcible/linux'
import { groupMoves } from '../src/group-moves.ts'

const targetOf = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    // The one that lists them is closed by now.
    return ''
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 150))

it('leaves this process in its groups, and no descriptor open', async () => {
  const linux = createLinux()
  const groups = readFileSync('/proc/self/cgroup', 'utf8')
  const lists = () => readdirSync('/proc/self/fd').filter((fd) => targetOf(fd).endsWith('/cgroup.procs'))
  const moves = groupMoves(linux)
  moves.anticipate()
  moves.anticipate()
  expect(lists()).toHaveLength(1)
  await settled()
  moves.anticipate()
  moves.settle()
  await settled()
  expect(readFileSync('/proc/self/cgroup', 'utf8')).toBe(groups)
  expect(lists()).toEqual([])
})

it('is silent where a process may not be moved', () => {
  const linux = createLinux()
  const layout = () => ({ ...linux.cgroup.layout(), unified: '/nowhere', hierarchies: new Map([['pids', '/nowhere']]) })
  const elsewhere: Linux = { ...linux, cgroup: { ...linux.cgroup, layout } }
  expect(() => groupMoves(elsewhere).anticipate()).not.toThrow()
})
