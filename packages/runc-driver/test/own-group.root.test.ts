import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CreateTask, Task } from '@runcible/interface'
import type { RuntimeSpec } from '@runcible/oci-spec'
import { hierarchies } from '../src/cgroup-files.ts'
import { leftovers, sandbox, type Sandbox } from './support.ts'

describe('starts and deletes without a process of the runtime', () => {
  let box: Sandbox
  beforeEach(async () => {
    box = await sandbox()
  })
  afterEach(() => box[Symbol.asyncDispose]())

  const changed = (request: CreateTask, change: (spec: RuntimeSpec) => RuntimeSpec): CreateTask => ({
    ...request,
    spec: change(request.spec)
  })
  const group = (tree: string, { id }: Pick<CreateTask, 'id'>): string => join(tree, box.cgroup, id)
  const ran = async (request: CreateTask): Promise<Task> => {
    const task = await box.runtime.create(request)
    await task.start()
    expect(await task.wait()).toMatchObject({ code: 0 })
    return task
  }

  it('leave no group of the container and none that was made below it', async () => {
    const request = box.task(['true'])
    const task = await box.runtime.create(request)
    for (const tree of hierarchies(box.linux)) {
      if (existsSync(group(tree, request))) mkdirSync(join(group(tree, request), 'made', 'deeper'), { recursive: true })
    }
    await task.start()
    await task.wait()
    await task.delete()
    expect(hierarchies(box.linux).filter((tree) => existsSync(group(tree, request)))).toEqual([])
    expect(leftovers(box)).toEqual([])
  })

  it('leave what the runtime keeps about others', async () => {
    const other = await box.runtime.create(box.task(['sleep', '1000']))
    await (await ran(box.task(['true']))).delete()
    expect(readdirSync(join(box.root, '.runtime'))).toEqual([other.id])
    await other.start()
    expect((await other.state()).status).toBe('running')
  })

  it('start nothing a second time', async () => {
    const task = await box.runtime.create(box.task(['sleep', '1000']))
    await task.start()
    await expect(task.start()).rejects.toMatchObject({ code: 'failed-precondition' })
  })

  it('say why a container whose process was killed before its start cannot be started', async () => {
    const task = await box.runtime.create(box.task(['true']))
    box.linux.process.kill((await task.state()).pid, 'SIGKILL')
    await task.wait()
    await expect(task.start()).rejects.toMatchObject({ code: 'failed-precondition' })
  })

  it('give way to the runtime when there are hooks', async () => {
    const script = join(box.directory, 'hook')
    const mark = join(box.directory, 'after')
    writeFileSync(script, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 })
    const task = await ran(
      changed(box.task(['true']), (spec) => ({ ...spec, hooks: { poststop: [{ path: script }] } }))
    )
    expect(existsSync(mark)).toBe(false)
    await task.delete()
    expect(existsSync(mark)).toBe(true)
    expect(leftovers(box)).toEqual([])
  })

  it('give way to the runtime when the processes have no namespace of their own to end with', async () => {
    const shared = changed(box.task(['sh', '-c', 'sleep 1000 >/dev/null 2>&1 & exit 0']), (spec) => ({
      ...spec,
      linux: { ...spec.linux, namespaces: spec.linux?.namespaces?.filter(({ type }) => type !== 'pid') ?? [] }
    }))
    await (await ran(shared)).delete()
    expect(leftovers(box)).toEqual([])
  })
})
