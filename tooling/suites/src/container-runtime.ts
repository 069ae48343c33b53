import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CreateTask, Task } from '@runcible/interface'
import { describeExec } from './container-runtime-exec.ts'
import {
  eventually,
  everything,
  outputsOf,
  readUntil,
  rejectsWith,
  shell,
  textOf,
  type ContainerRuntimeSubject,
  type TaskOptions
} from './container-runtime-subject.ts'

export type { ContainerRuntimeSubject, TaskOptions } from './container-runtime-subject.ts'

/** What every `ContainerRuntime` and its tasks must do. */
export function describeContainerRuntime(name: string, setup: () => Promise<ContainerRuntimeSubject>): void {
  describe(`ContainerRuntime: ${name}`, () => {
    let subject: ContainerRuntimeSubject
    beforeEach(async () => {
      subject = await setup()
    })
    afterEach(() => subject[Symbol.asyncDispose]())
    describeLife(() => subject)
    describeStreams(() => subject)
    describeControl(() => subject)
    describeExec(() => subject)
  })
}

const creator =
  (given: () => ContainerRuntimeSubject) =>
  async (command: readonly string[], options?: TaskOptions): Promise<Task> => {
    const { runtime, task } = given()
    return runtime.create(task(command, options))
  }

const started = async (task: Promise<Task>): Promise<Task> => {
  await (await task).start()
  return task
}

function describeLife(given: () => ContainerRuntimeSubject): void {
  const create = creator(given)

  it('creates, starts, waits and deletes', async () => {
    const task = await create(shell('exit 3'))
    const created = await task.state()
    expect(created).toMatchObject({ id: task.id, status: 'created' })
    expect(created.pid).toBeGreaterThan(0)
    expect(await task.start()).toBe(created.pid)
    const exit = await task.wait()
    expect(exit).toMatchObject({ code: 3, oomKilled: false })
    expect(Math.abs(exit.at - Date.now())).toBeLessThan(60_000)
    expect(await task.state()).toEqual({ id: task.id, status: 'stopped', pid: 0, exit })
    expect(await task.wait()).toEqual(exit)
    expect(await task.delete()).toEqual(exit)
    await rejectsWith(given().runtime.load(task.id), 'not-found')
  })

  it('deletes again without complaint', async () => {
    const task = await create(['true'])
    expect(await task.delete()).toBeUndefined()
    expect(await task.delete()).toBeUndefined()
  })

  it('refuses a second task of the same id, until the first is deleted', async () => {
    const { runtime, task } = given()
    const first = await runtime.create(task(['true'], { id: 'twice' }))
    await rejectsWith(runtime.create(task(['true'], { id: 'twice' })), 'already-exists')
    await first.delete()
    const second = await runtime.create(task(['true'], { id: 'twice' }))
    await second.start()
    expect((await second.wait()).code).toBe(0)
  })

  it('does not start twice', async () => {
    const task = await started(create(['sleep', '1000']))
    await rejectsWith(task.start(), 'failed-precondition')
  })

  it('keeps a running task from deletion unless forced', async () => {
    const task = await started(create(['sleep', '1000']))
    await rejectsWith(task.delete(), 'failed-precondition')
    expect(await task.delete({ force: true })).toMatchObject({ code: 137 })
    await rejectsWith(given().runtime.load(task.id), 'not-found')
  })

  it('shows its tasks to another process, which can wait for them and delete them', async () => {
    const { other } = given()
    const task = await started(create(['sleep', '1000']))
    expect(await other.list()).toEqual([await task.state()])
    const loaded = await other.load(task.id)
    const waited = loaded.wait()
    await task.kill('SIGKILL')
    expect((await waited).code).toBe(137)
    await loaded.delete()
    expect(await given().runtime.list()).toEqual([])
  })

  it('tells a command that is not there, and leaves nothing of a create that failed', async () => {
    const { runtime, task } = given()
    const request: CreateTask = task(['no-such-command'])
    const attempt = async () => (await runtime.create(request)).start()
    await rejectsWith(attempt(), 'command-not-found')
    await runtime.load(request.id).then(
      (left) => left.delete({ force: true }),
      () => undefined
    )
    expect(await runtime.list()).toEqual([])
    await (await runtime.create(task(['true'], { id: request.id }))).delete()
  })

  it('refuses ids that are no names', async () => {
    for (const id of ['', '..', 'a/b', '-x', '.hidden']) {
      await rejectsWith(given().runtime.create(given().task(['true'], { id })), 'invalid-argument')
    }
  })

  it('does nothing when the signal has fired', async () => {
    const { runtime, task } = given()
    await rejectsWith(runtime.create(task(['true']), { signal: AbortSignal.abort() }), 'aborted')
    expect(await runtime.list()).toEqual([])
  })

  it('runs the exit command once the exit is recorded', async () => {
    const { marker } = given()
    const task = await started(create(['true'], { exitCommand: marker.command }))
    await task.wait()
    await eventually(() => marker.seen())
  })

  it('writes the process id where it was asked to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'pid-'))
    try {
      const task = await create(['true'], { pidFile: join(directory, 'pid') })
      expect(Number(readFileSync(join(directory, 'pid'), 'utf8'))).toBe((await task.state()).pid)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('says what it can do', async () => {
    const { version, path, hooks } = await given().runtime.features()
    expect(version).toMatch(/\d/)
    expect(path).not.toBe('')
    expect(Array.isArray(hooks)).toBe(true)
  })
}

function describeStreams(given: () => ContainerRuntimeSubject): void {
  const create = creator(given)

  it('misses nothing for who attaches before the start', async () => {
    const task = await create(shell('echo out; echo err >&2'))
    const attachment = await task.attach({ stdout: true, stderr: true })
    await task.start()
    expect(await outputsOf(attachment)).toEqual(['out\n', 'err\n'])
    await attachment.done
  })

  it('logs the output, attached or not', async () => {
    const { runtime, task, logged } = given()
    const request = task(shell('echo logged; echo too >&2'))
    const created = await runtime.create(request)
    await created.start()
    await created.wait()
    const text = await logged(request)
    expect(text).toContain('logged')
    expect(text).toContain('too')
  })

  it('passes the input on, and its end', async () => {
    const task = await create(['cat'], { stdin: true })
    const attachment = await task.attach(everything)
    await task.start()
    const large = 'x'.repeat(100_000)
    attachment.stdin?.end(large)
    expect((await outputsOf(attachment))[0]).toBe(large)
    expect((await task.wait()).code).toBe(0)
  })

  it('gives the output to every attachment', async () => {
    const task = await create(shell('read x; echo got $x'), { stdin: true })
    const first = await task.attach(everything)
    const second = await task.attach({ stdout: true })
    await task.start()
    first.stdin?.write('it\n')
    expect(await Promise.all([textOf(first.stdout), textOf(second.stdout)])).toEqual(['got it\n', 'got it\n'])
  })

  it('holds the process back for a slow reader instead of losing output', async () => {
    const task = await create(shell('yes 0123456789 | head -c 3000000'))
    const { stdout } = await task.attach({ stdout: true })
    await task.start()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await textOf(stdout)).toHaveLength(3_000_000)
  })

  it('goes on after a detach, and can be attached to again', async () => {
    const task = await create(shell('read x; echo got $x; sleep 1000'), { terminal: true, stdin: true })
    const first = await task.attach(everything)
    await task.start()
    first.detach()
    await first.done
    const second = await task.attach(everything)
    second.stdin?.write('again\n')
    await readUntil(second.stdout, 'got again')
    expect((await task.state()).status).toBe('running')
  })

  it('has a terminal of the wanted size, which can change', async () => {
    // A size and what is typed need not arrive in the order in which they were sent.
    const task = await create(shell('read a; stty size; read b; sleep 1; stty size'), { terminal: true, stdin: true })
    const { stdin, stdout, resize } = await task.attach({ ...everything, size: { rows: 33, columns: 99 } })
    await task.start()
    stdin?.write('a\n')
    await readUntil(stdout, '33 99')
    await resize({ rows: 55, columns: 111 })
    stdin?.write('b\n')
    expect(await textOf(stdout)).toContain('55 111')
  })

  it('cannot be attached to when it has stopped', async () => {
    const task = await started(create(['true']))
    await task.wait()
    await eventually(() =>
      task.attach(everything).then(
        () => false,
        () => true
      )
    )
    await rejectsWith(task.attach(everything), 'failed-precondition')
  })
}

function describeControl(given: () => ContainerRuntimeSubject): void {
  const create = creator(given)

  it('kills by name and by number', async () => {
    const byName = await started(create(['sleep', '1000']))
    await byName.kill('SIGKILL')
    expect((await byName.wait()).code).toBe(137)
    const byNumber = await started(create(['sleep', '1000']))
    await byNumber.kill(9, { all: true })
    expect((await byNumber.wait()).code).toBe(137)
  })

  it('refuses to kill what has stopped, and signals that do not exist', async () => {
    const task = await started(create(['sleep', '1000']))
    await rejectsWith(task.kill('SIGNOTHING'), 'invalid-argument')
    await rejectsWith(task.kill(0), 'invalid-argument')
    await task.kill('KILL')
    await task.wait()
    await rejectsWith(task.kill('SIGTERM'), 'failed-precondition')
  })

  it('stops waiting when the signal fires', async () => {
    const task = await started(create(['sleep', '1000']))
    const controller = new AbortController()
    const waited = task.wait({ signal: controller.signal })
    controller.abort()
    await rejectsWith(waited, 'aborted')
    expect((await task.state()).status).toBe('running')
  })

  it('pauses and resumes, and kills while paused', async () => {
    const task = await started(create(['sleep', '1000']))
    await task.pause()
    expect((await task.state()).status).toBe('paused')
    await task.resume()
    expect((await task.state()).status).toBe('running')
    await task.pause()
    await task.kill('SIGKILL')
    expect((await task.wait()).code).toBe(137)
  })

  it('refuses to resume what is not paused', async () => {
    const task = await started(create(['sleep', '1000']))
    await rejectsWith(task.resume(), 'failed-precondition')
  })

  it('changes limits, and counts', async () => {
    const task = await started(create(['sleep', '1000']))
    await task.update({ memory: { limit: 64 * 1024 * 1024 } })
    const stats = await task.stats()
    expect(stats.memoryLimit).toBe(64 * 1024 * 1024)
    expect(stats.pids).toBeGreaterThanOrEqual(1)
    expect(stats.cpuUsage).toBeGreaterThan(0)
    const { pid } = await task.state()
    expect((await task.pids())[0]).toBe(pid)
  })
}
