import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { NetworkRecord } from '@runcible/interface'
import { parseConflist, recordFrom, type Conflist } from './conflist.ts'

export interface StoredConflist {
  readonly conflist: Conflist
  readonly record: NetworkRecord
  /** Whether this engine made it, and may remove it. */
  readonly own: boolean
}

export interface ConflistFiles {
  /** Own networks first; a user's file of a name that exists is left out. @throws EngineError for a broken file of our own */
  list(): StoredConflist[]
  save(conflist: Conflist): void
  remove(name: string): void
}

const namesIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => /\.(conflist|conf|json)$/.test(name))
        .sort()
    : []

const idOf = (name: string): string => createHash('sha256').update(name).digest('hex')

const readIn = (directory: string, own: boolean): StoredConflist[] =>
  namesIn(directory).flatMap((name) => {
    const path = join(directory, name)
    try {
      const conflist = parseConflist(readFileSync(path, 'utf8'), path)
      return [
        {
          conflist,
          own,
          record: recordFrom(conflist, { id: idOf(conflist.name), createdAt: Math.trunc(statSync(path).mtimeMs) })
        }
      ]
    } catch (error) {
      // A user's directory may hold files of other programs; ours holds nothing but networks.
      if (own) throw error
      return []
    }
  })

/** Networks as files: our own in one directory, the user's in others, which are only read. */
export const conflistFiles = (directory: string, userDirectories: readonly string[]): ConflistFiles => {
  const pathOf = (name: string) => join(directory, `${name}.conflist`)
  return {
    list() {
      const found = new Map<string, StoredConflist>()
      const all = [...readIn(directory, true), ...userDirectories.flatMap((user) => readIn(user, false))]
      for (const stored of all) if (!found.has(stored.record.name)) found.set(stored.record.name, stored)
      return [...found.values()]
    },
    save(conflist) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const path = pathOf(conflist.name)
      writeFileSync(`${path}.new`, `${JSON.stringify(conflist, undefined, 2)}\n`, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
    remove: (name) => rmSync(pathOf(name), { force: true })
  }
}
