import { EngineError, type SnapshotKind } from '@runcible/interface'
import { errorCode } from '@runcible/linux'
import { readdirSync, readFileSync, statSync } from 'node:fs'

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
