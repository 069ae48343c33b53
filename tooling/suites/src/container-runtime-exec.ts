import { mkdtempSync, closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Task } from '@runcible/interface'
import {
  execOf,
  outputsOf,
  readUntil,
  rejectsWith,
  shell,
  textOf,
  type ContainerRuntimeSubject
} from './container-runtime-subject.ts'

/** What every runtime must do about further processes in a container. */
export function describeExec(given: () => ContainerRuntimeSubject): void {
  const running = async (): Promise<Task> => {
    const { runtime, task } = given()
    const created = await runtime.create(task(['sleep', '1000']))
    await created.start()
    return created
  }
  const streams = { kind: 'streams' } as const

  it('executes with streams: both outputs, the input and its end, the exit code', async () => {
    const task = await running()
    const process = given().process(shell('echo out; echo err >&2; cat; exit 5'))
    const exec = await task.exec(execOf(process, streams, { stdin: true }))
    const outputs = outputsOf(exec.attachment!)
    exec.attachment?.stdin?.end('typed')
    expect(await outputs).toEqual(['out\ntyped', 'err\n'])
    expect(await exec.wait()).toMatchObject({ code: 5, oomKilled: false })
    expect(await exec.wait()).toMatchObject({ code: 5 })
  })

  it('executes on a terminal of the wanted size, which can change', async () => {
    const task = await running()
    // A size and what is typed need not arrive in the order in which they were sent.
    const process = given().process(shell('read a; stty size; read b; sleep 1; stty size'), { terminal: true })
    const exec = await task.exec(execOf(process, streams, { stdin: true, size: { rows: 31, columns: 97 } }))
    const { stdin, stdout } = exec.attachment!
    stdin?.write('a\n')
    await readUntil(stdout, '31 97')
    await exec.resize({ rows: 50, columns: 120 })
    stdin?.write('b\n')
    expect(await textOf(stdout)).toContain('50 120')
    expect((await exec.wait()).code).toBe(0)
  })

  it('executes detached, and kills', async () => {
    const task = await running()
    const exec = await task.exec(execOf(given().process(['sleep', '1000']), { kind: 'none' }))
    expect(exec.attachment).toBeUndefined()
    await exec.kill('SIGKILL')
    expect((await exec.wait()).code).toBe(137)
    await rejectsWith(exec.kill('SIGKILL'), 'failed-precondition')
    expect((await task.state()).status).toBe('running')
  })

  it('executes with the descriptors of the caller', async () => {
    const task = await running()
    const directory = mkdtempSync(join(tmpdir(), 'exec-'))
    const fd = openSync(join(directory, 'out'), 'w')
    try {
      const exec = await task.exec(
        execOf(given().process(shell('echo direct; exit 4')), {
          kind: 'inherit',
          stdio: { stdin: 'ignore', stdout: fd, stderr: fd }
        })
      )
      expect((await exec.wait()).code).toBe(4)
      expect(readFileSync(join(directory, 'out'), 'utf8')).toBe('direct\n')
    } finally {
      closeSync(fd)
      rmSync(directory, { recursive: true })
    }
  })

  it('tells a command that is not there', async () => {
    const task = await running()
    const absent = () => given().process(['no-such-command'])
    await rejectsWith(task.exec(execOf(absent(), streams)), 'command-not-found')
    await rejectsWith(task.exec(execOf(absent(), { kind: 'none' })), 'command-not-found')
    const inherited = async () => {
      const exec = await task.exec(
        execOf(absent(), { kind: 'inherit', stdio: { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } })
      )
      return exec.wait()
    }
    await rejectsWith(inherited(), 'command-not-found')
  })

  it('does not execute in a container that does not run', async () => {
    const task = await running()
    await task.kill('SIGKILL')
    await task.wait()
    await rejectsWith(task.exec(execOf(given().process(['true']), streams)), 'failed-precondition')
  })
}
