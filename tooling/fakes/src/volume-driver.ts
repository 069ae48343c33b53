import { EngineError, type Mount, type VolumeDriver, type VolumeRecord } from '@runcible/interface'

/** A file, or without `text` a directory. */
export interface FakeVolumeFile {
  readonly text?: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Files by path; '' or the absolute path of a directory for itself. */
export type FakeVolumeFiles = Map<string, FakeVolumeFile>

export interface FakeVolumeDriver extends VolumeDriver {
  /** What the volume with this mount holds. */
  files(mount: Mount): FakeVolumeFiles
  /** Who uses a volume now. */
  users(name: string): readonly string[]
}

interface FakeVolume {
  record: VolumeRecord
  readonly files: FakeVolumeFiles
  readonly users: Set<string>
}

const optionNames = new Set(['type', 'device', 'o', 'copy', 'nocopy'])

function checked(name: string, driver: string, options: Readonly<Record<string, string>>): void {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) || name.length > 255)
    throw new EngineError('invalid-argument', `not a volume name: ${JSON.stringify(name)}`)
  if (driver !== 'local') throw new EngineError('unsupported', `no volume driver ${driver}`)
  const bad = Object.keys(options).find((key) => !optionNames.has(key))
  if (bad !== undefined) throw new EngineError('invalid-argument', `no volume option ${bad}`)
}

/** A `VolumeDriver` in memory. `imageFiles` gives the files of root mounts by absolute path, for copy-up. */
export function fakeVolumeDriver(
  imageFiles: (mounts: readonly Mount[]) => FakeVolumeFiles = () => new Map()
): FakeVolumeDriver {
  const volumes = new Map<string, FakeVolume>()
  const get = (name: string) => {
    const volume = volumes.get(name)
    if (volume === undefined)
      throw new EngineError('not-found', `no such volume: ${name}`, { subject: { kind: 'volume', name } })
    return volume
  }
  const copyUp = (volume: FakeVolume, from: readonly Mount[], target: string) => {
    const image = imageFiles(from)
    const root = image.get(target)
    if (root === undefined || root.text !== undefined || volume.files.size > 1) return
    volume.files.set('', root)
    for (const [path, file] of image)
      if (path.startsWith(`${target}/`)) volume.files.set(path.slice(target.length + 1), file)
    volume.record = { ...volume.record, copiedUp: volume.files.size > 1 }
  }
  return {
    async create({ name, driver = 'local', labels = {}, options = {}, anonymous = name === undefined }) {
      const chosen = name ?? randomName()
      checked(chosen, driver, options)
      if (volumes.has(chosen))
        throw new EngineError('already-exists', `the volume ${chosen} already exists`, {
          subject: { kind: 'volume', name: chosen }
        })
      const record = {
        name: chosen,
        driver,
        mountpoint: `/volumes/${chosen}/_data`,
        labels,
        options,
        anonymous,
        createdAt: Date.now(),
        copiedUp: false
      }
      volumes.set(chosen, { record, files: new Map([['', { mode: 0o755, uid: 0, gid: 0 }]]), users: new Set() })
      return record
    },
    async remove(name) {
      get(name)
      volumes.delete(name)
    },
    list: async () => [...volumes.values()].map(({ record }) => record),
    inspect: async (name) => volumes.get(name)?.record,
    async mount({ name, containerId, target, options, copyUpFrom }) {
      const volume = get(name)
      volume.users.add(containerId)
      if (copyUpFrom !== undefined && !('nocopy' in volume.record.options)) copyUp(volume, copyUpFrom, target)
      return { type: 'bind', source: volume.record.mountpoint, target, options }
    },
    async unmount(name, containerId) {
      volumes.get(name)?.users.delete(containerId)
    },
    files: ({ source }) => [...volumes.values()].find(({ record }) => record.mountpoint === source)?.files ?? new Map(),
    users: (name) => [...(volumes.get(name)?.users ?? [])]
  }
}

const randomName = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')
