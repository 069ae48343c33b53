import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createLinux, parseCapabilities } from '../src/index.ts'

const linux = createLinux()
const sleeper = async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  return { pid: child.pid ?? 0 }
}

test('waits for a process that is killed meanwhile', async () => {
  const { pid } = await sleeper()
  const waiting = linux.process.waitForExit(pid)
  linux.process.kill(pid, 'SIGKILL')
  await waiting
  expect(linux.process.isRunning(pid)).toBe(false)
})

test('waits for a process that is no child, through a descriptor that stays open', async () => {
  const shell = spawn('sh', ['-c', 'sleep 60 <&- >&- 2>&- & echo $!'])
  const pid = Number(String(await once(shell.stdout, 'data')))
  const pidfd = linux.process.openPidfd(pid)
  const waiting = Promise.all([linux.process.waitForExit({ pidfd }), linux.process.waitForExit({ pidfd })])
  linux.process.signalPidfd(pidfd, 'SIGTERM')
  await waiting
  await linux.process.waitForExit({ pidfd })
  closeSync(pidfd)
})

test('a process that is not there has exited, and has no descriptor', async () => {
  const { pid } = await sleeper()
  linux.process.kill(pid, 9)
  await linux.process.waitForExit(pid)
  await linux.process.waitForExit(4_194_304)
  expect(() => linux.process.openPidfd(4_194_304)).toThrow("ESRCH: no such process, pidfd_open '4194304'")
})

test('waiting is aborted without leaving descriptors behind', async () => {
  const { pid } = await sleeper()
  const before = readdirSync('/proc/self/fd').length
  for (let round = 0; round < 10; round++) {
    const abort = new AbortController()
    const waiting = linux.process.waitForExit(pid, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  }
  await expect(linux.process.waitForExit(pid, { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow(
    'early'
  )
  await new Promise(setImmediate)
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before)
  linux.process.kill(pid, 9)
})

test('a start time tells a process from a later one with its id', async () => {
  const { pid } = await sleeper()
  const started = linux.process.startTime(pid)
  expect(started).toBeGreaterThanOrEqual(linux.process.startTime(process.pid) ?? Infinity)
  expect(linux.process.isRunning(pid)).toBe(true)
  expect(linux.process.isRunning(pid, started)).toBe(true)
  expect(linux.process.isRunning(pid, (started ?? 0n) + 1n)).toBe(false)
  linux.process.kill(pid, 9)
  await linux.process.waitForExit(pid)
  expect(linux.process.isRunning(pid)).toBe(false)
  expect(linux.process.startTime(4_194_304)).toBeUndefined()
})

test('a signal reaches the process that was meant, and never a later one with its id', async () => {
  const { pid } = await sleeper()
  const meant = { pid, startTime: linux.process.startTime(pid) ?? 0n }
  const earlier = { pid, startTime: meant.startTime - 1n }
  expect(() => linux.process.signal(earlier, 'SIGKILL')).toThrow(`ESRCH: that process has ended, pidfd_open '${pid}'`)
  await linux.process.waitForExit(earlier)
  expect(linux.process.isRunning(pid)).toBe(true)
  const waiting = linux.process.waitForExit(meant)
  linux.process.signal(meant, 'SIGKILL')
  await waiting
  expect(() => linux.process.signal(meant, 0)).toThrow('ESRCH')
})

test('limits are read and lowered', () => {
  const { soft, hard } = linux.process.limit('core')
  linux.process.setLimit('core', { soft: 0n, hard })
  expect(linux.process.limit('core')).toEqual({ soft: 0n, hard })
  linux.process.setLimit('core', { soft, hard })
  expect(linux.process.limit('core')).toEqual({ soft, hard })
  expect(linux.process.limit('nofile').soft).toBeGreaterThan(0n)
})

test('hard limits are named as the OCI runtime specification does', () => {
  const { hard } = linux.process.limit('nofile')
  const limits = linux.process.hardLimits()
  expect(limits.hard.RLIMIT_NOFILE).toBe(hard === 'unlimited' ? Infinity : Number(hard))
  expect(Object.keys(limits.hard)).toHaveLength(16)
  expect(limits.mayRaise).toBe(linux.process.capabilities().effective.has('CAP_SYS_RESOURCE'))
})

test('orphans come to a subreaper', async () => {
  linux.process.setChildSubreaper(true)
  const shell = spawn('sh', ['-c', 'sleep 60 <&- >&- 2>&- & echo $!'])
  const pid = Number(String(await once(shell.stdout, 'data')))
  await once(shell, 'close')
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`PPid:\t${process.pid}\n`)
  linux.process.kill(pid, 9)
  linux.process.setChildSubreaper(false)
})

test('capability sets are named', () => {
  const sets = parseCapabilities(
    'CapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\nCapEff:\t0000000000200001\nCapBnd:\t000001ffffffffff\n'
  )
  expect([...sets.effective]).toEqual(['CAP_CHOWN', 'CAP_SYS_ADMIN'])
  expect(sets.permitted.size).toBe(14)
  expect(sets.bounding.size).toBe(41)
  expect(sets.ambient.size).toBe(0)
  expect(linux.process.capabilities().bounding.size).toBeGreaterThan(0)
})
