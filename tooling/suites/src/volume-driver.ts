import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError, type Mount, type MountVolumeRequest, type VolumeDriver } from '@runcible/interface'

/** What a file or directory of an image looks like. */
export interface VolumeFile {
  /** Absent for a directory. */
  readonly text?: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export interface VolumeDriverSubject extends AsyncDisposable {
  readonly volumes: VolumeDriver
  /** A second handle on the same volumes, as another process has it. */
  readonly other: VolumeDriver
  /** The root mounts of a container of an image with these files; paths absolute, parents first. */
  image(files: Readonly<Record<string, VolumeFile>>): Promise<readonly Mount[]>
  /** Writes a file as a container with this mount would; `path` below the mount. */
  write(mount: Mount, path: string, text: string): Promise<void>
  /** `undefined` when absent; `path` empty for the mounted directory itself. */
  look(mount: Mount, path: string): Promise<VolumeFile | undefined>
}

const code = (wanted: string) => (error: unknown) => isEngineError(error) && error.code === wanted
const directory = (mode = 0o755, uid = 0, gid = 0): VolumeFile => ({ mode, uid, gid })
const file = (text: string, mode = 0o644, uid = 0, gid = 0): VolumeFile => ({ text, mode, uid, gid })

/** What every `VolumeDriver` must do. */
export function describeVolumeDriver(name: string, setup: () => Promise<VolumeDriverSubject>): void {
  describe(`VolumeDriver: ${name}`, () => {
    let subject: VolumeDriverSubject
    let volumes: VolumeDriver
    beforeEach(async () => {
      subject = await setup()
      volumes = subject.volumes
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    const mount = (volume: string, more: Partial<MountVolumeRequest> = {}) =>
      volumes.mount({ name: volume, containerId: 'c1', target: '/data', options: ['rbind', 'rprivate'], ...more })

    it('makes a volume as it was asked for', async () => {
      const before = Date.now()
      const record = await volumes.create({
        name: 'data',
        labels: { role: 'db', __proto__x: '1' },
        options: { nocopy: '' }
      })
      expect(record).toMatchObject({ name: 'data', driver: 'local', labels: { role: 'db' }, options: { nocopy: '' } })
      expect(record).toMatchObject({ anonymous: false, copiedUp: false })
      expect(record.mountpoint.startsWith('/')).toBe(true)
      expect(record.createdAt).toBeGreaterThanOrEqual(before)
      expect(await subject.other.inspect('data')).toEqual(record)
      expect(await subject.other.list()).toEqual([record])
    })

    it('gives a volume without a name 64 hex characters', async () => {
      const [one, two] = [await volumes.create({}), await volumes.create({ anonymous: true })]
      for (const record of [one, two]) {
        expect(record.name).toMatch(/^[0-9a-f]{64}$/)
        expect(record.anonymous).toBe(true)
      }
      expect(one.name).not.toBe(two.name)
      expect((await volumes.create({ name: 'named', anonymous: true })).anonymous).toBe(true)
    })

    it.each(['', '.', '..', 'a/b', '/abs', '-x', '_x', 'a b', 'a\0b', 'é', 'a\n', 'x'.repeat(256)])(
      'refuses the name %j',
      async (bad) => {
        await expect(volumes.create({ name: bad })).rejects.toSatisfy(code('invalid-argument'))
        expect(await volumes.list()).toEqual([])
      }
    )

    it.each(['a', 'A-b_c.d', '0', 'constructor', 'x'.repeat(255)])('takes the name %j', async (good) => {
      expect((await volumes.create({ name: good })).name).toBe(good)
      expect((await volumes.inspect(good))?.name).toBe(good)
    })

    it('refuses a name that is taken, and options and drivers that do not exist', async () => {
      await volumes.create({ name: 'data' })
      await expect(volumes.create({ name: 'data' })).rejects.toSatisfy(code('already-exists'))
      await expect(volumes.create({ name: 'x', options: { colour: 'red' } })).rejects.toSatisfy(
        code('invalid-argument')
      )
      await expect(volumes.create({ name: 'x', driver: 'nfs-cluster' })).rejects.toSatisfy(code('unsupported'))
      expect((await volumes.list()).map((record) => record.name)).toEqual(['data'])
    })

    it('lets one of many win that make the same name at once', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? volumes : subject.other).create({ name: 'data', labels: { index: `${index}` } })
        )
      )
      const won = results.filter((result) => result.status === 'fulfilled')
      const lost = results.filter((result) => result.status === 'rejected')
      expect(won).toHaveLength(1)
      expect(lost.every((result) => code('already-exists')(result.reason))).toBe(true)
      expect(await volumes.inspect('data')).toEqual(won[0]!.value)
    })

    it('removes a volume with its data', async () => {
      await volumes.create({ name: 'data' })
      await subject.write(await mount('data'), 'file', 'old')
      await volumes.unmount('data', 'c1')
      await volumes.remove('data')
      expect(await volumes.inspect('data')).toBeUndefined()
      expect(await volumes.list()).toEqual([])
      await expect(volumes.remove('data')).rejects.toSatisfy(code('not-found'))
      await expect(mount('data')).rejects.toSatisfy(code('not-found'))
      await volumes.create({ name: 'data' })
      expect(await subject.look(await mount('data'), 'file')).toBeUndefined()
    })

    it('mounts at the target, with the options given', async () => {
      const { mountpoint } = await volumes.create({ name: 'data' })
      const options = ['rbind', 'ro', 'nosuid', 'rslave']
      expect(await mount('data', { target: '/a/b', options })).toEqual({
        type: 'bind',
        source: mountpoint,
        target: '/a/b',
        options
      })
      await expect(mount('absent')).rejects.toSatisfy(code('not-found'))
    })

    it('shares data between containers, and keeps it', async () => {
      await volumes.create({ name: 'data' })
      await subject.write(await mount('data'), 'file', 'kept')
      const second = await subject.other.mount({ name: 'data', containerId: 'c2', target: '/else', options: [] })
      expect(await subject.look(second, 'file')).toMatchObject({ text: 'kept' })
      await volumes.unmount('data', 'c1')
      await volumes.unmount('data', 'c2')
      expect(await subject.look(await mount('data'), 'file')).toMatchObject({ text: 'kept' })
    })

    it('gives back what was never taken', async () => {
      await volumes.create({ name: 'data' })
      await volumes.unmount('data', 'c1')
      await volumes.unmount('absent', 'c1')
      await mount('data')
      await volumes.unmount('data', 'c1')
      await volumes.unmount('data', 'c1')
      expect(await volumes.inspect('data')).toBeDefined()
    })

    it('copies content, owner and mode of the target into a new volume', async () => {
      const root = await subject.image({
        '/data': directory(0o2770, 33, 34),
        '/data/file': file('hello', 0o640, 5, 6),
        '/data/sub': directory(0o700, 7, 8),
        '/data/sub/deep': file('deep', 0o4755, 9, 10),
        '/elsewhere': file('not me')
      })
      await volumes.create({ name: 'data' })
      const mounted = await mount('data', { copyUpFrom: root })
      expect(await subject.look(mounted, '')).toEqual(directory(0o2770, 33, 34))
      expect(await subject.look(mounted, 'file')).toEqual(file('hello', 0o640, 5, 6))
      expect(await subject.look(mounted, 'sub')).toEqual(directory(0o700, 7, 8))
      expect(await subject.look(mounted, 'sub/deep')).toEqual(file('deep', 0o4755, 9, 10))
      expect(await subject.look(mounted, 'elsewhere')).toBeUndefined()
      expect((await volumes.inspect('data'))?.copiedUp).toBe(true)
    })

    it('copies once: what containers did since stays', async () => {
      const root = await subject.image({ '/data': directory(), '/data/file': file('image') })
      await volumes.create({ name: 'data' })
      await subject.write(await mount('data', { copyUpFrom: root }), 'file', 'mine')
      const other = await subject.image({ '/data': directory(0o700, 1, 1), '/data/more': file('more') })
      const again = await mount('data', { containerId: 'c2', copyUpFrom: other })
      expect(await subject.look(again, 'file')).toMatchObject({ text: 'mine' })
      expect(await subject.look(again, 'more')).toBeUndefined()
      expect(await subject.look(again, '')).toEqual(directory())
    })

    it('does not copy into a volume with content', async () => {
      const root = await subject.image({ '/data': directory(0o700, 1, 1), '/data/file': file('image') })
      await volumes.create({ name: 'data' })
      await subject.write(await mount('data'), 'mine', 'mine')
      const mounted = await mount('data', { copyUpFrom: root })
      expect(await subject.look(mounted, 'file')).toBeUndefined()
      expect(await subject.look(mounted, '')).toEqual(directory())
      expect((await volumes.inspect('data'))?.copiedUp).toBe(false)
    })

    it('does not copy when not asked to, or when the volume says nocopy', async () => {
      const root = await subject.image({ '/data': directory(), '/data/file': file('image') })
      await volumes.create({ name: 'plain' })
      await volumes.create({ name: 'nocopy', options: { nocopy: '' } })
      expect(await subject.look(await mount('plain'), 'file')).toBeUndefined()
      expect(await subject.look(await mount('nocopy', { copyUpFrom: root }), 'file')).toBeUndefined()
    })

    it('mounts over what the image does not have, or has as a file', async () => {
      const root = await subject.image({ '/data': file('a file') })
      await volumes.create({ name: 'data' })
      expect(await subject.look(await mount('data', { copyUpFrom: root }), '')).toEqual(directory())
      expect(await subject.look(await mount('data', { target: '/absent', copyUpFrom: root }), '')).toEqual(directory())
    })

    it('copies once when two containers start with a new volume at the same time', async () => {
      const root = await subject.image({ '/data': directory(0o711), '/data/file': file('image') })
      await volumes.create({ name: 'data' })
      const request = { name: 'data', target: '/data', options: [], copyUpFrom: root }
      const [one, two] = await Promise.all([
        volumes.mount({ ...request, containerId: 'c1' }),
        subject.other.mount({ ...request, containerId: 'c2' })
      ])
      for (const mounted of [one, two]) expect(await subject.look(mounted, 'file')).toEqual(file('image'))
    })
  })
}
