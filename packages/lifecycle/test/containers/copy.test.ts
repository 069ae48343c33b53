import { expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'

it('never looks at the files of a process that only has the recorded id', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const { id } = await engine.containers.create({ image, command: ['true'] })
  await engine.containers.start(id)
  await engine.containers.wait(id)
  parts.state.containers.update(id, (record) => ({ ...record, pid: process.pid }))
  const opened: object[] = []
  const { open } = parts.rootfs
  parts.rootfs.open = async (source, options) => {
    opened.push(source)
    return open(source, options)
  }
  await engine.containers.statPath(id, '/')
  expect(opened).toHaveLength(1)
  expect(opened[0]).toHaveProperty('mounts')
})

it('gives volumes back when the files cannot be opened', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const mounts = [{ type: 'volume' as const, source: 'data', target: '/data', options: [] }]
  const { id } = await engine.containers.create({ image, command: ['true'], mounts })
  const users: string[] = []
  const { mount, unmount } = parts.volumes
  parts.volumes.mount = async (request, options) => (users.push(request.name), mount(request, options))
  parts.volumes.unmount = async (name, user) => (users.splice(users.indexOf(name), 1), unmount(name, user))
  parts.rootfs.open = async () => {
    throw new Error('no more mounts')
  }
  await expect(engine.containers.statPath(id, '/')).rejects.toThrow('no more mounts')
  expect(users).toEqual([])
})
