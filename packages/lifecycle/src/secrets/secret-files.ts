import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { EngineError, type SecretRecord } from '@runcible/interface'

export interface StoredSecret {
  readonly record: SecretRecord
  readonly data: Buffer
}

/** Where an engine keeps its secrets: a file for each, which root alone reads. */
export const secretDirectory = (root: string): string => join(root, 'secrets')

const fileName = /^[0-9a-f]{25}\.json$/

/** Every secret, by name. */
export function readSecrets(root: string): readonly StoredSecret[] {
  return namesIn(secretDirectory(root))
    .filter((name) => fileName.test(name))
    .flatMap((name) => readOne(join(secretDirectory(root), name)))
    .toSorted((one, other) => (one.record.name < other.record.name ? -1 : 1))
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}

/** None when it was removed in the meantime. */
function readOne(path: string): readonly StoredSecret[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
  try {
    const { data, ...record } = JSON.parse(text) as SecretRecord & { readonly data: string }
    return [{ record, data: Buffer.from(data, 'base64') }]
  } catch {
    // The cause would quote what the file holds.
    throw new EngineError('corrupt', `${path} is not a secret`, { hint: 'remove the file' })
  }
}

/** By name, id or unique prefix of an id. `not-found`, `invalid-argument` when the prefix is not unique. */
export function findSecret(root: string, name: string): StoredSecret {
  const secrets = readSecrets(root)
  const exact = secrets.find(({ record }) => record.name === name || record.id === name)
  const candidates = exact || name === '' ? [] : secrets.filter(({ record }) => record.id.startsWith(name))
  const subject = { kind: 'secret', name } as const
  if (candidates.length > 1)
    throw new EngineError('invalid-argument', `more than one secret has an id that begins with ${name}`, { subject })
  const found = exact ?? candidates[0]
  if (found === undefined)
    throw new EngineError('not-found', `no secret with name or id ${JSON.stringify(name)}: no such secret`, { subject })
  return found
}

/** Readers see all of it or nothing. */
export function writeSecret(root: string, { record, data }: StoredSecret): void {
  const directory = secretDirectory(root)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `${record.id}.json`)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const fd = openSync(temporary, 'w', 0o600)
    try {
      writeFileSync(fd, JSON.stringify({ ...record, data: data.toString('base64') }))
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

export function deleteSecret(root: string, id: string): void {
  rmSync(join(secretDirectory(root), `${id}.json`), { force: true })
}
