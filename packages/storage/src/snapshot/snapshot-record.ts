import { EngineError, isEngineError, type SnapshotInfo, type SnapshotKind } from '@runcible/interface'
import { errorCode } from '@runcible/linux'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What is stored of a snapshot. */
export interface SnapshotRecord {
  readonly key: string
  readonly parent: string | undefined
  /** Name of its directory. */
  readonly id: string
  /** Ids of the layers below, topmost first. */
  readonly lowers: readonly string[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Its files need not survive a crash of the machine. */
  readonly ephemeral?: boolean
  /** Overlays copy up attributes without content, and move directories: see `OverlaySnapshotterInit.metadataCopies`. */
  readonly metacopy?: boolean
}

export interface SnapshotRequest {
  readonly key: string
  readonly parent: string | undefined
  readonly kind: 'active' | 'view'
  readonly ephemeral?: boolean
  readonly metacopy?: boolean
}

export interface Snapshot extends SnapshotRecord {
  readonly kind: SnapshotKind
}

export interface BrokenRecord {
  readonly key: string
  readonly kind: SnapshotKind
}

/** What the directories of layers hold: what each adds, or whole trees. */
export type LayerForm = 'differences' | 'copies'

/**
 * Records as files, shared by any number of processes. The directory that a record is in says the snapshot's kind, so
 * that a commit is one rename. Every step leaves a state that the next call understands:
 *
 *     records/<kind>/<key>      a record
 *     children/<id>/<child id>  empty; counts only while the child's layer exists
 *     layers/<id>/              the files
 *     unsynced/                 ids of layers that may not be on the disk yet: boot-marks.ts
 *     form                      what the files of a layer are
 *     trash/                    what is being deleted
 */
export interface SnapshotMetadata {
  /** `failed-precondition` when the layers here are of another form. */
  checkForm(): void
  find(key: string): Snapshot | undefined
  /** `not-found` with a hint when absent. */
  get(key: string): Snapshot
  list(): Snapshot[]
  /** Records a new snapshot; `makeLayer` fills its directory, which is removed again when something fails. */
  create(
    request: SnapshotRequest,
    makeLayer: (directory: string, snapshot: Snapshot) => void | Promise<void>
  ): Promise<Snapshot>
  commit(name: string, key: string): void
  /** See `Snapshotter.replace`. */
  replace(name: string, key: string): Promise<void>
  isUnverified(snapshot: Snapshot): boolean
  trust(name: string): void
  broken(): BrokenRecord[]
  dropBroken(name: string): void
  /** Takes the snapshot out of sight, then deletes its files. */
  remove(key: string): Promise<void>
  layer(id: string): string
  /** Deletes what removals and interrupted calls left. Returns how many directories went. */
  cleanTrash(): Promise<number>
}

export const KINDS = ['committed', 'active', 'view'] as const
const ID_LENGTH = 6
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

export const subjectOf = (key: string) => ({ kind: 'container', name: key }) as const

/** Any key as a file name. */
export const escapeKey = (key: string): string => {
  if (key === '' || key.length > 240)
    throw new EngineError('invalid-argument', `not a snapshot key: ${JSON.stringify(key.slice(0, 80))}`)
  return encodeURIComponent(key).replaceAll('.', '%2E')
}
export const unescapeKey = (name: string): string => decodeURIComponent(name)

export const randomId = (): string => {
  let id = ''
  for (let length = 0; length < ID_LENGTH; length++) id += ID_LETTERS[Math.floor(Math.random() * ID_LETTERS.length)]
  return id
}

export const namesOf = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

export const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

export const readRecord = (path: string, kind: SnapshotKind, key: string): Snapshot | undefined => {
  try {
    return { ...(JSON.parse(readFileSync(path, 'utf8')) as SnapshotRecord), key, kind }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
    throw new EngineError('corrupt', `the record of snapshot ${key} is broken`, {
      subject: subjectOf(key),
      hint: 'run runcible system check --repair',
      cause: error
    })
  }
}

export const readForm = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export const snapshotInfo = ({ key, parent, kind, createdAt }: Snapshot, unverified: boolean): SnapshotInfo => ({
  key,
  parent,
  kind,
  createdAt,
  ...(unverified ? { unverified } : {})
})

/** Every record below `directory`, and which cannot be read. */
export const readRecords = (directory: string): { readonly snapshots: Snapshot[]; readonly broken: BrokenRecord[] } => {
  const snapshots: Snapshot[] = []
  const broken: BrokenRecord[] = []
  for (const kind of KINDS) {
    for (const name of namesOf(join(directory, kind))) {
      const key = unescapeKey(name)
      try {
        const snapshot = readRecord(join(directory, kind, name), kind, key)
        if (snapshot !== undefined) snapshots.push(snapshot)
      } catch (error) {
        if (!isEngineError(error, 'corrupt')) throw error
        broken.push({ key, kind })
      }
    }
  }
  return { snapshots, broken }
}
