import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { createLinux, type SpawnRequest } from '../src/index.ts'

const linux = createLinux()

/** What a shell script writes to its descriptor 3, and whether it was reaped. */
const outputOf = async (script: string, request: Partial<SpawnRequest> = {}) => {
  const [ours, theirs] = linux.socket.pipe()
  const fds = [null, null, null, theirs]
  const pid = linux.process.spawn({ path: '/bin/sh', args: ['-c', script], env: {}, fds, ...request })
  closeSync(theirs)
  const output = readFileSync(ours, 'utf8')
  closeSync(ours)
  await linux.process.waitForExit(pid)
  return { output, reaped: linux.process.reap(pid), pid }
}

it('starts a program with its arguments, variables and directory', async () => {
  const script = 'echo "$0 $1 $NAME" >&3; pwd >&3'
  const args = ['-c', script, 'zero', 'one two']
  const { output } = await outputOf('', { args, env: { NAME: 'value' }, directory: tmpdir() })
  expect(output).toBe(`zero one two value\n${tmpdir()}\n`)
})

it('hands on the given descriptors and no others, in a session of its own', async () => {
  const other = openSync('/dev/null', 'r')
  // The shell itself keeps one, 10.
  const { output, pid } = await outputOf('ls /proc/$$/fd >&3; cut -d" " -f6 /proc/$$/stat >&3')
  closeSync(other)
  expect(output.trim().split('\n')).toEqual(['0', '1', '10', '2', '3', `${pid}`])
})

it('puts descriptors in their places when the places are taken by one another', async () => {
  const [firstEnd, first] = linux.socket.pipe()
  const [secondEnd, second] = linux.socket.pipe()
  // Every descriptor that is open here is below the number of places, so each place is one of the sources too.
  const places = Math.max(first, second) + 1
  const fds = Array.from({ length: places }, (_, place) => (place === first ? second : place === second ? first : null))
  const script = `echo first >/proc/self/fd/${first}; echo second >/proc/self/fd/${second}`
  const pid = linux.process.spawn({ path: '/bin/sh', args: ['-c', script], env: {}, fds })
  closeSync(first)
  closeSync(second)
  expect(readFileSync(secondEnd, 'utf8')).toBe('first\n')
  expect(readFileSync(firstEnd, 'utf8')).toBe('second\n')
  for (const fd of [firstEnd, secondEnd]) closeSync(fd)
  await linux.process.waitForExit(pid)
  expect(linux.process.reap(pid)).toBe(true)
})

it('gives the program signals as a new one expects them', async () => {
  const { output } = await outputOf('grep -E "^Sig(Blk|Ign)" /proc/self/status >&3')
  expect(output).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n')
})

it('leaves no dead child once reaped, and says when one runs still', async () => {
  const pid = linux.process.spawn({ path: '/bin/sleep', args: ['60'], env: {}, fds: [] })
  expect(linux.process.reap(pid)).toBe(false)
  linux.process.kill(pid, 'SIGKILL')
  await linux.process.waitForExit(pid)
  expect(linux.process.reap(pid)).toBe(true)
  expect(linux.process.reap(pid)).toBe(true)
})

it('says why a program cannot be started', () => {
  const start = (path: string) => () => linux.process.spawn({ path, args: [], env: {}, fds: [] })
  expect(start('/nowhere/program')).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  expect(start('/etc/passwd')).toThrow(expect.objectContaining({ code: 'EACCES' }))
  expect(() => linux.process.spawn({ path: '/bin/true', args: ['a\0b'], env: {}, fds: [] })).toThrow(TypeError)
})

it('takes notice of the children that ended before the next one starts', async () => {
  const start = () => linux.process.spawn({ path: '/bin/true', args: [], env: {}, fds: [] })
  const first = start()
  await linux.process.waitForExit(first)
  const second = start()
  expect(existsSync(`/proc/${first}`)).toBe(false)
  await linux.process.waitForExit(second)
  linux.process.reap(second)
})
