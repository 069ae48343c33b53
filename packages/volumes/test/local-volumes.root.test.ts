import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { isEngineError, type RootfsAccess, type StateStore } from '@runcible/interface'
import { fakeRootfsAccess, fakeStateStore } from '@runcible/fakes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAt, volumeSandbox, writeFiles, type VolumeSandbox } from './volume-sandbox.ts'

const code = (wanted: string) => (error: unknown) => isEngineError(error) && error.code === wanted
const bind = { target: '/data', options: ['rbind'] }
const plain = { mode: 0o644, uid: 0, gid: 0 }

/** The state as another process finds it after this one was killed: the records, and no locks. */
function afterKill(state: StateStore): StateStore {
  const copy = fakeStateStore()
  for (const volume of state.volumes.list()) copy.volumes.insert(volume)
  return copy
}

/** A root file system access whose archives stop in the middle and never go on. */
function stalling(written: () => void): RootfsAccess {
  const real = fakeRootfsAccess()
  return {
    ...real,
    async open(source, options) {
      const rootfs = await real.open(source, options)
      return {
        ...rootfs,
        extract: async (path, tar, extract) => {
          await rootfs.extract(path, tar, extract)
          written()
          await new Promise(() => {})
        },
        [Symbol.asyncDispose]: () => rootfs[Symbol.asyncDispose]()
      }
    }
  }
}

describe('localVolumes', () => {
  let box: VolumeSandbox
  beforeEach(async () => {
    box = await volumeSandbox()
  })
  afterEach(() => box[Symbol.asyncDispose]())

  it('keeps data in _data, out of the reach of other users', async () => {
    const { mountpoint } = await box.volumes().create({ name: 'data' })
    expect(mountpoint).toBe(join(box.root, 'data/_data'))
    expect(lookAt(mountpoint)).toEqual({ mode: 0o755, uid: 0, gid: 0 })
    for (const path of [box.root, join(box.root, 'data')]) expect(lookAt(path)?.mode).toBe(0o700)
  })

  it('gives a volume the owner that its options name', async () => {
    const { mountpoint } = await box.volumes().create({ name: 'data', options: { o: 'uid=1000,gid=1001' } })
    expect(lookAt(mountpoint)).toEqual({ mode: 0o755, uid: 1000, gid: 1001 })
  })

  it('copies links, hard links, attributes and special files', async () => {
    const from = await box.image((root) => {
      mkdirSync(join(root, 'data'))
      writeFileSync(join(root, 'data/one'), 'one')
      linkSync(join(root, 'data/one'), join(root, 'data/two'))
      symlinkSync('/etc/passwd', join(root, 'data/link'))
      box.linux.fs.setXattr(join(root, 'data/one'), 'user.note', Buffer.from('hello'))
      execFileSync('mkfifo', [join(root, 'data/fifo')])
    })
    await box.volumes().create({ name: 'data' })
    const { source } = await box.volumes().mount({ name: 'data', containerId: 'c1', ...bind, copyUpFrom: from })
    expect(statSync(join(source, 'one')).ino).toBe(statSync(join(source, 'two')).ino)
    expect(readlinkSync(join(source, 'link'))).toBe('/etc/passwd')
    expect(box.linux.fs.getXattr(join(source, 'one'), 'user.note')?.toString()).toBe('hello')
    expect(lstatSync(join(source, 'fifo')).isFIFO()).toBe(true)
  })

  it('mounts a tmpfs while containers use it', async () => {
    const volumes = box.volumes()
    await volumes.create({ name: 'fast', options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,mode=700,uid=5' } })
    expect(box.mountPoints()).toEqual([])
    const { source } = await volumes.mount({ name: 'fast', containerId: 'c1', ...bind })
    await box.volumes().mount({ name: 'fast', containerId: 'c2', ...bind })
    expect(box.mountPoints()).toEqual([source])
    expect(lookAt(source)).toEqual({ mode: 0o700, uid: 5, gid: 0 })
    expect(box.linux.fs.filesystemOf(source).size).toBe(1048576n)
    await volumes.unmount('fast', 'c1')
    await volumes.unmount('fast', 'c1')
    expect(box.mountPoints()).toEqual([source])
    await volumes.unmount('fast', 'c2')
    expect(box.mountPoints()).toEqual([])
  })

  it('mounts again after a reboot, which leaves users without a mount', async () => {
    const volumes = box.volumes()
    await volumes.create({ name: 'fast', options: { type: 'tmpfs' } })
    const { source } = await volumes.mount({ name: 'fast', containerId: 'c1', ...bind })
    box.linux.mount.unmount(source)
    await volumes.mount({ name: 'fast', containerId: 'c2', ...bind })
    expect(box.mountPoints()).toEqual([source])
    await volumes.unmount('fast', 'c1')
    await volumes.unmount('fast', 'c2')
    expect(box.mountPoints()).toEqual([])
  })

  it('binds a directory of the host, and never deletes it', async () => {
    const volumes = box.volumes()
    const device = join(box.folder, 'host')
    mkdirSync(device)
    writeFileSync(join(device, 'file'), 'kept')
    await volumes.create({ name: 'host', options: { type: 'none', device, o: 'bind,ro' } })
    const { source } = await volumes.mount({ name: 'host', containerId: 'c1', ...bind })
    expect(readFileSync(join(source, 'file'), 'utf8')).toBe('kept')
    expect(() => writeFileSync(join(source, 'other'), '')).toThrow('EROFS')
    await volumes.remove('host')
    expect(box.mountPoints()).toEqual([])
    expect(existsSync(join(box.root, 'host'))).toBe(false)
    expect(readFileSync(join(device, 'file'), 'utf8')).toBe('kept')
  })

  it('leaves nothing mounted and no user when a mount fails', async () => {
    const volumes = box.volumes()
    await volumes.create({ name: 'gone', options: { type: 'none', device: join(box.folder, 'absent'), o: 'bind' } })
    await expect(volumes.mount({ name: 'gone', containerId: 'c1', ...bind })).rejects.toSatisfy(code('unavailable'))
    await volumes.create({ name: 'odd', options: { type: 'nosuchfs', device: 'none', o: 'password=hunter2' } })
    const failure = await volumes.mount({ name: 'odd', containerId: 'c1', ...bind }).catch((error: unknown) => error)
    expect(failure).toSatisfy(code('unavailable'))
    expect((failure as Error).message).not.toContain('hunter2')
    await volumes.create({ name: 'bad', options: { type: 'tmpfs', o: 'nonsense=1' } })
    await expect(volumes.mount({ name: 'bad', containerId: 'c1', ...bind })).rejects.toSatisfy(code('invalid-argument'))
    expect(box.mountPoints()).toEqual([])
    for (const { users } of box.state.volumes.list()) expect(users).toEqual([])
  })

  it('undoes its mount when the copy-up fails', async () => {
    const failing: RootfsAccess = {
      ...fakeRootfsAccess(),
      open: async () => {
        throw new Error('no')
      }
    }
    const volumes = box.volumes({ rootfs: failing })
    await volumes.create({ name: 'fast', options: { type: 'tmpfs' } })
    await expect(volumes.mount({ name: 'fast', containerId: 'c1', ...bind, copyUpFrom: [] })).rejects.toThrow('no')
    expect(box.mountPoints()).toEqual([])
    expect(box.state.volumes.get('fast')?.users).toEqual([])
  })

  it('mounts file systems through mount(8)', async () => {
    const volumes = box.volumes()
    await volumes.create({ name: 'ram', options: { type: 'ramfs', device: 'ramfs', o: 'nodev' } })
    const { source } = await volumes.mount({ name: 'ram', containerId: 'c1', ...bind })
    expect(box.linux.mount.list().find(({ mountPoint }) => mountPoint === source)?.type).toBe('ramfs')
    await volumes.unmount('ram', 'c1')
    expect(box.mountPoints()).toEqual([])
  })

  it('copies again after a kill in the middle of a copy-up', async () => {
    const from = await box.image((root) =>
      writeFiles(root, { '/data': { ...plain, mode: 0o711 }, '/data/a': { text: 'a', ...plain } })
    )
    await box.volumes().create({ name: 'data' })
    await new Promise<void>((written) => {
      void box
        .volumes({ rootfs: stalling(written) })
        .mount({ name: 'data', containerId: 'c1', ...bind, copyUpFrom: from })
    })
    // What the killed process had not got to, and what it had got half of.
    const data = join(box.root, 'data/_data')
    writeFileSync(join(data, 'a'), '')
    const volumes = box.volumes({ state: afterKill(box.state) })
    expect((await volumes.inspect('data'))?.copiedUp).toBe(false)
    await volumes.mount({ name: 'data', containerId: 'c1', ...bind, copyUpFrom: from })
    expect(lookAt(join(data, 'a'))).toEqual({ text: 'a', ...plain })
    expect(lookAt(data)?.mode).toBe(0o711)
    expect((await volumes.inspect('data'))?.copiedUp).toBe(true)
  })

  it('finishes a removal that was interrupted: when it is asked again, by another removal, by a new volume', async () => {
    for (const name of ['again', 'other', 'anew', 'last']) {
      const { source } = await box
        .volumes()
        .mount({ name: (await box.volumes().create({ name })).name, containerId: 'c1', ...bind })
      writeFileSync(join(source, 'old'), '')
      box.state.volumes.update(name, (stored) => ({ ...stored, phase: 'removing' }))
    }
    const volumes = box.volumes()
    expect(await volumes.list()).toEqual([])
    expect(await volumes.inspect('again')).toBeUndefined()
    await expect(volumes.mount({ name: 'again', containerId: 'c1', ...bind })).rejects.toSatisfy(code('not-found'))
    const { mountpoint } = await volumes.create({ name: 'anew' })
    expect(existsSync(join(mountpoint, 'old'))).toBe(false)
    await volumes.remove('again')
    for (const name of ['again', 'other', 'last']) expect(existsSync(join(box.root, name))).toBe(false)
    expect(box.state.volumes.list().map(({ id }) => id)).toEqual(['anew'])
  })

  it('makes a volume whose making was interrupted', async () => {
    const { record, id } = box.state.volumes.get((await box.volumes().create({ name: 'data' })).name)!
    box.state.volumes.update(id, () => ({ id, record, phase: 'making' }))
    await expect(box.volumes().remove('data')).rejects.toSatisfy(code('not-found'))
    await box.volumes().create({ name: 'data', labels: { second: '' } })
    expect(box.state.volumes.get('data')?.record.labels).toEqual({ second: '' })
    box.state.volumes.update(id, () => ({ id, record, phase: 'making' }))
    await box.volumes().create({ name: 'other' })
    await box.volumes().remove('other')
    expect(box.state.volumes.list()).toEqual([])
    expect(existsSync(join(box.root, 'data'))).toBe(false)
  })

  it('keeps the data of a volume that the state has forgotten', async () => {
    const { mountpoint } = await box.volumes().create({ name: 'data' })
    writeFileSync(join(mountpoint, 'precious'), 'kept')
    const volumes = box.volumes({ state: fakeStateStore() })
    await volumes.create({ name: 'other' })
    await volumes.remove('other')
    await volumes.create({ name: 'data' })
    expect(readFileSync(join(mountpoint, 'precious'), 'utf8')).toBe('kept')
  })

  it('leaves no record when the folder cannot be made', async () => {
    mkdirSync(box.root)
    writeFileSync(join(box.root, 'data'), 'in the way')
    await expect(box.volumes().create({ name: 'data' })).rejects.toSatisfy(code('failed-precondition'))
    expect(box.state.volumes.list()).toEqual([])
    expect(readFileSync(join(box.root, 'data'), 'utf8')).toBe('in the way')
  })

  it('says when the data is gone', async () => {
    const volumes = box.volumes()
    await volumes.create({ name: 'data' })
    execFileSync('rm', ['-r', join(box.root, 'data')])
    await expect(volumes.mount({ name: 'data', containerId: 'c1', ...bind })).rejects.toSatisfy(
      code('failed-precondition')
    )
    await volumes.remove('data')
    expect(await volumes.list()).toEqual([])
  })

  it('keeps the owner that a container gave to an empty volume', async () => {
    const from = await box.image((root) => writeFiles(root, { '/data': { ...plain, mode: 0o755 } }))
    const volumes = box.volumes()
    await volumes.create({ name: 'data' })
    const request = { name: 'data', containerId: 'c1', ...bind, copyUpFrom: from }
    const { source } = await volumes.mount(request)
    writeFiles(source, { '/': { mode: 0o700, uid: 999, gid: 999 } })
    await volumes.mount(request)
    expect(lookAt(source)).toEqual({ mode: 0o700, uid: 999, gid: 999 })
  })

  it('stops waiting for another process when the signal fires', async () => {
    await box.volumes().create({ name: 'data' })
    await using _held = await box.state.lock('volume-data')
    await expect(
      box.volumes().mount({ name: 'data', containerId: 'c1', ...bind }, { signal: AbortSignal.timeout(5) })
    ).rejects.toSatisfy(code('aborted'))
    await expect(box.volumes().remove('data', { signal: AbortSignal.abort() })).rejects.toSatisfy(code('aborted'))
    expect(await box.volumes().inspect('data')).toBeDefined()
  })
})
