import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLinux, type ProcessIdentity } from '@runcible/linux'
import { untilExit } from '../../src/monitor/exit-file.ts'
import { childrenOf } from '../../src/process-record.ts'
import { taskFiles } from '../../src/task-files.ts'

const linux = createLinux()
let directory: string
let monitor: ChildProcess | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'exit-file-'))
})

afterEach(async () => {
  for (const pid of monitor?.pid === undefined ? [] : childrenOf(monitor.pid)) process.kill(pid, 'SIGKILL')
  const gone = new Promise((resolve) => monitor?.once('close', resolve))
  monitor?.kill('SIGKILL')
  if (monitor !== undefined) await gone
  monitor = undefined
  rmSync(directory, { recursive: true })
})

/** Something in the place of a monitor, running until the end of the test. */
const monitorRunning = async (script: string): Promise<ProcessIdentity> => {
  monitor = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  await new Promise((resolve) => monitor?.stdout?.once('data', resolve))
  const pid = monitor.pid!
  return { pid, startTime: linux.process.startTime(pid)! }
}

/** The end of a process that is gone already. */
const endOf = (identity: ProcessIdentity, signal?: AbortSignal) =>
  untilExit({
    linux,
    files: taskFiles(directory),
    record: { pid: 4194304, startTime: 1n, monitor: identity, groups: new Map() },
    monitor: () => identity,
    signal
  })

it('is not waited for at a monitor that has come to its exit command without recording it', async () => {
  const identity = await monitorRunning('sleep 1000 & echo; wait')
  expect(await endOf(identity)).toMatchObject({ code: 137 })
})

it('is waited for at a monitor that is about to record it', async () => {
  const identity = await monitorRunning('echo; read line')
  const leave = new AbortController()
  const waiting = endOf(identity, leave.signal)
  const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'))])
  leave.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  expect(first).toBe('still waiting')
})

it('is seen although its record is removed at once', async () => {
  const identity = await monitorRunning('echo; read line')
  const waiting = endOf(identity)
  const { exit } = taskFiles(directory)
  // A watcher that is told after the waiting one.
  const watcher = watch(directory, (_event, name) => name === 'exit' && rmSync(exit, { force: true }))
  writeFileSync(`${exit}.tmp`, '7')
  renameSync(`${exit}.tmp`, exit)
  expect(await waiting).toMatchObject({ code: 7 })
  watcher.close()
})
