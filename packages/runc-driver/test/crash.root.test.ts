import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CreateTask, Task } from '@runcible/interface'
import { leftovers, sandbox, type Sandbox } from './support.ts'

const fixture = join(import.meta.dirname, 'creator.fixture.ts')

describe('a creator that is killed', () => {
  let box: Sandbox
  beforeEach(async () => {
    box = await sandbox()
  })
  afterEach(() => box[Symbol.asyncDispose]())

  /** Runs a creator and kills it when it has made a step, or some milliseconds after it began. */
  const creatorKilled = async (task: CreateTask, when: 'create' | 'start' | number): Promise<void> => {
    const step = when === 'start' ? 'start' : 'create'
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--disable-warning=ExperimentalWarning', fixture, box.root, JSON.stringify(task), step],
      {
        stdio: ['ignore', 'pipe', 'inherit']
      }
    )
    const ended = new Promise((resolve) => child.once('close', resolve))
    const said = () => new Promise((resolve) => child.stdout.once('data', resolve))
    await said()
    await (typeof when === 'number' ? new Promise((resolve) => setTimeout(resolve, when)) : said())
    child.kill('SIGKILL')
    await ended
  }

  const runToEnd = async (task: Task): Promise<number> => {
    await task.start()
    const { code } = await task.wait()
    await task.delete()
    return code
  }

  it('leaves a created container that others start', async () => {
    const task = box.task(['sh', '-c', 'echo lives on; exit 7'])
    await creatorKilled(task, 'create')
    expect(await runToEnd(await box.runtime.load(task.id))).toBe(7)
    expect(await box.logged(task)).toContain('lives on')
    expect(leftovers(box)).toEqual([])
  })

  it('leaves a running container with its log and its exit', async () => {
    const task = box.task(['sh', '-c', 'sleep 0.3; echo afterwards; exit 8'])
    await creatorKilled(task, 'start')
    const loaded = await box.runtime.load(task.id)
    expect((await loaded.state()).status).toBe('running')
    expect((await loaded.wait()).code).toBe(8)
    expect(await box.logged(task)).toContain('afterwards')
    await loaded.delete()
    expect(leftovers(box)).toEqual([])
  })

  it('at any moment of a create leaves what can be deleted and made again', async () => {
    for (let delay = 0; delay < 60; delay += 6) {
      const task = box.task(['sh', '-c', 'exit 5'])
      await creatorKilled(task, delay)
      // The monitor that it may have started goes on by itself, unless it is ended.
      if (delay % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 60))
      await box.runtime.load(task.id).then(
        (left) => left.delete({ force: true }),
        () => undefined
      )
      expect(await runToEnd(await box.runtime.create(task))).toBe(5)
      expect(leftovers(box)).toEqual([])
    }
  })

  it('is known by a monitor when it had no time to note the process', async () => {
    const request = box.task(['sleep', '1000'])
    const task = await box.runtime.create(request)
    const { pid } = await task.state()
    const note = join(box.root, request.id, 'process.json')
    writeFileSync(note, readFileSync(note, 'utf8').slice(0, 20))
    expect(await (await box.other.load(request.id)).state()).toMatchObject({ status: 'created', pid })
  })

  it('clears what a reboot has left', async () => {
    const request = box.task(['true'])
    const directory = join(box.root, request.id)
    mkdirSync(join(directory, 'rootfs'), { recursive: true })
    writeFileSync(
      join(directory, 'task.json'),
      JSON.stringify({ bootId: 'an earlier one', creator: { pid: 1, startTime: '0' }, terminal: false })
    )
    writeFileSync(join(directory, 'exit'), '0')
    expect(await box.runtime.list()).toEqual([])
    await expect(box.runtime.load(request.id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await runToEnd(await box.runtime.create(request))).toBe(0)
  })
})

describe('a monitor that is killed', () => {
  let box: Sandbox
  beforeEach(async () => {
    box = await sandbox()
  })
  afterEach(() => box[Symbol.asyncDispose]())

  it('with its container leaves an end that is noticed, and nothing after the deletion', async () => {
    const task = await box.runtime.create(box.task(['sleep', '1000']))
    await task.start()
    const waited = task.wait()
    process.kill(Number(readFileSync(join(box.root, task.id, 'monitor.pid'), 'utf8')), 'SIGKILL')
    await task.kill('SIGKILL')
    expect((await waited).code).toBe(137)
    expect(await task.state()).toEqual({ id: task.id, status: 'stopped', pid: 0 })
    await task.delete()
    expect(leftovers(box)).toEqual([])
  })

  it('alone leaves a container that can be killed and deleted', async () => {
    const task = await box.runtime.create(box.task(['sleep', '1000']))
    await task.start()
    process.kill(Number(readFileSync(join(box.root, task.id, 'monitor.pid'), 'utf8')), 'SIGKILL')
    expect((await task.state()).status).toBe('running')
    await task.delete({ force: true })
    expect(leftovers(box)).toEqual([])
  })
})

describe('descriptors and files', () => {
  it("are the container's own: only the three standard ones, of which none is ours", async () => {
    await using box = await sandbox()
    const request = box.task(['sh', '-c', 'ls /proc/self/fd | wc -l'])
    const task = await box.runtime.create(request)
    await task.start()
    await task.wait()
    // The fourth is the directory that ls reads.
    expect((await box.logged(request)).trim().split(' ').at(-1)).toBe('4')
    expect(existsSync(join(box.root, request.id, 'config.json'))).toBe(true)
    expect(readdirSync(box.rootfs)).not.toContain('oom')
  })
})
