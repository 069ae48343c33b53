import { chmodSync, closeSync, existsSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CreateTask, Task } from '@runcible/interface'
import { leftovers, sandbox, type Sandbox } from './support.ts'

describe('runc tasks', () => {
  let box: Sandbox
  beforeEach(async () => {
    box = await sandbox()
  })
  afterEach(() => box[Symbol.asyncDispose]())

  const started = async (request: CreateTask): Promise<Task> => {
    const task = await box.runtime.create(request)
    await task.start()
    return task
  }

  it('tell an end by the out-of-memory killer', async () => {
    const request = box.task(['sh', '-c', 'x=a; while :; do x=$x$x; done'])
    const resources = { ...request.spec.linux?.resources, memory: { limit: 16 * 1024 * 1024, swap: 16 * 1024 * 1024 } }
    const task = await started({ ...request, spec: { ...request.spec, linux: { ...request.spec.linux, resources } } })
    expect(await task.wait()).toMatchObject({ code: 137, oomKilled: true })
    expect(await task.state()).toMatchObject({ exit: { oomKilled: true } })
  })

  it('tell a kill by somebody from one by the kernel', async () => {
    const task = await started(box.task(['sleep', '1000']))
    await task.kill('KILL')
    expect(await task.wait()).toMatchObject({ code: 137, oomKilled: false })
  })

  it('tell a command that may not be executed, and leave nothing', async () => {
    writeFileSync(join(box.rootfs, 'plain'), 'no program')
    chmodSync(join(box.rootfs, 'plain'), 0o644)
    for (const command of ['/plain', '/etc']) {
      const attempt = async () => started(box.task([command]))
      await expect(attempt()).rejects.toMatchObject({ code: 'command-not-executable' })
    }
    for (const { id } of await box.runtime.list()) await (await box.runtime.load(id)).delete({ force: true })
    expect(leftovers(box)).toEqual([])
  })

  it('give up an exec of which only descendants are left, at a signal', async () => {
    const task = await started(box.task(['sleep', '1000']))
    const exec = await task.exec({
      id: 'left',
      process: box.process(['sh', '-c', 'sleep 1000 & exit 0']),
      stdin: false,
      io: { kind: 'inherit', stdio: { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } }
    })
    await expect.poll(() => exec.pid > 0 && !box.linux.process.isRunning(exec.pid), { timeout: 5000 }).toBe(true)
    await exec.kill('SIGTERM')
    expect((await exec.wait()).code).toBe(143)
  })

  it('refuse a root file system in which a mount would be led elsewhere', async () => {
    rmdirSync(join(box.rootfs, 'proc'))
    symlinkSync('/etc', join(box.rootfs, 'proc'))
    await expect(box.runtime.create(box.task(['true']))).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(leftovers(box)).toEqual([])
  })

  it('mount several file systems in order, and leave none mounted', async () => {
    const request = box.task(['sh', '-c', 'echo kept > /tmp/x && cat /tmp/x && grep -c " /tmp tmpfs" /proc/mounts'])
    const rootfs = [
      ...request.rootfs,
      { type: 'tmpfs', source: 'tmpfs', target: '/tmp', options: ['nosuid', 'size=1m'] }
    ]
    const task = await started({ ...request, rootfs })
    expect((await task.wait()).code).toBe(0)
    expect(await box.logged(request)).toMatch(/kept[\s\S]* 1\n$/)
    await task.delete()
    expect(existsSync(join(box.rootfs, 'tmp/x'))).toBe(false)
    expect(leftovers(box)).toEqual([])
  })

  it('undo a create that is aborted at any moment', async () => {
    for (const delay of [1, 5, 10, 15, 20, 30]) {
      const signal = AbortSignal.timeout(delay)
      const made = await box.runtime.create(box.task(['sleep', '1000']), { signal }).then(
        (task) => task,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'aborted' })
          return undefined
        }
      )
      await made?.delete({ force: true })
      expect(leftovers(box)).toEqual([])
    }
  })

  it('end a create at its deadline', async () => {
    const slow = join(box.directory, 'slow-runc')
    writeFileSync(slow, '#!/bin/sh\nfor word in "$@"; do [ "$word" = create ] && exec sleep 1000; done\nexit 0\n', {
      mode: 0o755
    })
    const runtime = box.make({ runtime: slow, deadlines: { create: 100 } })
    await expect(runtime.create(box.task(['true']))).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('create')
    })
    expect(leftovers(box)).toEqual([])
  })

  it('pass signals that are caught', async () => {
    const request = box.task(['sh', '-c', 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'])
    const task = await box.runtime.create(request)
    const { stdout } = await task.attach({ stdout: true })
    await task.start()
    await new Promise((resolve) => stdout?.once('data', resolve))
    await task.kill('SIGTERM')
    expect((await task.wait()).code).toBe(9)
  })

  it('count every process, also those that were executed', async () => {
    const task = await started(box.task(['sh', '-c', 'sleep 1000 & sleep 1000']))
    const exec = await task.exec({
      id: 'e1',
      process: box.process(['sleep', '1000']),
      stdin: false,
      io: { kind: 'none' }
    })
    const pids = await task.pids()
    expect(pids).toContain(exec.pid)
    expect(pids.length).toBeGreaterThanOrEqual(3)
    await task.kill('KILL', { all: true })
    expect((await task.wait()).code).toBe(137)
    expect((await exec.wait()).code).toBe(137)
  })

  it('execute on the terminal of the caller', async () => {
    const task = await started(box.task(['sleep', '1000']))
    const { tty, socket } = box.linux
    const pty = tty.openPty({ rows: 44, columns: 132 })
    const peer = tty.openPtyPeer(pty.master)
    const exec = await task.exec({
      id: 'e1',
      process: box.process(['sh', '-c', 'stty size; exit 6'], { terminal: true }),
      stdin: true,
      io: { kind: 'inherit', stdio: { stdin: peer, stdout: peer, stderr: peer } }
    })
    closeSync(peer)
    const screen = socket.adopt(pty.master)
    expect(await textOf(screen)).toContain('44 132')
    expect((await exec.wait()).code).toBe(6)
  })

  it('outlive the terminal and the session of who started them', async () => {
    const request = box.task(['sleep', '1000'])
    const task = await started(request)
    const { pid } = await task.state()
    const session = (of: number) => statOf(of)[3]
    expect(session(pid)).not.toBe(session(process.pid))
  })

  it('are made side by side', async () => {
    const tasks = await Promise.all(Array.from({ length: 6 }, () => started(box.task(['sh', '-c', 'exit 2']))))
    expect((await Promise.all(tasks.map((task) => task.wait()))).map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2])
    await Promise.all(tasks.map((task) => task.delete()))
    expect(leftovers(box)).toEqual([])
  })
})

const statOf = (pid: number): readonly string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

const textOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  let text = ''
  for await (const chunk of stream) text += chunk.toString()
  return text
}
