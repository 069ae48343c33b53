import { EngineError, type TransferRequest } from '@runcible/interface'
import { readYamlFile } from '../parse/yaml.ts'

/** What a sync file wants of one registry. */
export interface SyncRegistry {
  readonly registry: string
  readonly access: Pick<TransferRequest, 'auth' | 'tlsVerify' | 'certificateDir'>
  readonly wishes: readonly SyncWish[]
}

export interface SyncWish {
  readonly repository: string
  /** Tags and digests; none for all tags. */
  readonly targets: readonly string[]
  /** Which of the tags. */
  readonly pattern?: RegExp
}

type Members = Readonly<Record<string, unknown>>

const known = new Set(['images', 'images-by-tag-regex', 'credentials', 'tls-verify', 'cert-dir'])

/** skopeo-sync(1), "YAML file content". */
export async function readSyncFile(path: string): Promise<readonly SyncRegistry[]> {
  let document: unknown
  try {
    document = await readYamlFile(path)
  } catch (error) {
    throw wrong(path, (error as Error).message.split('\n', 1)[0] ?? '')
  }
  return Object.entries(members(path, document, 'the file')).map(([registry, value]) =>
    readRegistry(path, registry, members(path, value, registry))
  )
}

function readRegistry(path: string, registry: string, value: Members): SyncRegistry {
  if (value['images-by-semver'] !== undefined) {
    throw new EngineError('unsupported', `${path}: ${registry}: images-by-semver is not supported`, {
      hint: 'use images-by-tag-regex'
    })
  }
  const odd = Object.keys(value).find((key) => !known.has(key))
  if (odd !== undefined) throw wrong(path, `${registry}: ${JSON.stringify(odd)} is not known`)
  const images = optional(path, value, 'images', registry)
  const patterns = optional(path, value, 'images-by-tag-regex', registry)
  const wishes = [
    ...Object.entries(images).map(([repository, targets]) => ({
      repository,
      targets: readTargets(path, repository, targets)
    })),
    ...Object.entries(patterns).map(([repository, pattern]) => ({
      repository,
      targets: [],
      pattern: readPattern(path, repository, pattern)
    }))
  ]
  return { registry, access: readAccess(path, registry, value), wishes }
}

function readAccess(path: string, registry: string, value: Members): SyncRegistry['access'] {
  const { username = '', password = '' } = optional(path, value, 'credentials', registry)
  const [tlsVerify, certificateDir] = [value['tls-verify'], value['cert-dir']]
  if (typeof username !== 'string' || typeof password !== 'string')
    throw wrong(path, `${registry}: username and password of the credentials must be texts`)
  if (tlsVerify !== undefined && typeof tlsVerify !== 'boolean')
    throw wrong(path, `${registry}: tls-verify must be true or false`)
  if (certificateDir !== undefined && typeof certificateDir !== 'string')
    throw wrong(path, `${registry}: cert-dir must be a path`)
  return {
    ...(username === '' ? {} : { auth: { username, password } }),
    ...(tlsVerify === undefined ? {} : { tlsVerify }),
    ...(certificateDir === undefined ? {} : { certificateDir })
  }
}

function readTargets(path: string, repository: string, value: unknown): readonly string[] {
  const list = value ?? []
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list
  throw wrong(path, `${repository}: tags must be a list of texts; quote those that look like numbers`)
}

function readPattern(path: string, repository: string, value: unknown): RegExp {
  if (typeof value !== 'string') throw wrong(path, `${repository}: the expression for its tags must be a text`)
  try {
    return new RegExp(value)
  } catch (error) {
    throw wrong(path, `${repository}: ${(error as Error).message}`)
  }
}

const optional = (path: string, value: Members, key: string, where: string): Members =>
  value[key] === undefined ? {} : members(path, value[key], `${where}: ${key}`)

function members(path: string, value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw wrong(path, `${what} must have members`)
}

const wrong = (path: string, why: string): EngineError =>
  new EngineError('invalid-argument', `cannot read the sync file ${path}: ${why}`)
