import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import {
  EngineError,
  type ContainerRecord,
  type ContainerSpec,
  type Mount,
  type MountConfig,
  type SecretConfig,
  type SecretUse
} from '@runcible/interface'
import type { EngineSettings } from '../settings.ts'
import { containerDirectory, runDirectory } from '../containers/run-directory.ts'
import { findSecret } from './secret-files.ts'

type Paths = Pick<EngineSettings, 'root' | 'runRoot'>

/** A secret as a new container gets it. */
export interface ChosenSecret {
  readonly config: SecretConfig
  readonly data: Buffer
}

/** What a container is to get of the secrets there are now. `not-found`, `invalid-argument`. */
export function chooseSecrets(root: string, uses: NonNullable<ContainerSpec['secrets']>): readonly ChosenSecret[] {
  return uses.map((use) => {
    const { record, data } = findSecret(root, use.secret)
    const type = use.type ?? 'mount'
    const target = type === 'mount' ? mountTarget(use, record.name) : variableName(use, record.name)
    if (type === 'env' && data.includes(0))
      throw new EngineError('invalid-argument', `secret ${record.name} has a NUL byte: a variable cannot hold it`)
    const { uid = 0, gid = 0, mode = 0o444 } = use
    return { config: { id: record.id, name: record.name, type, target, uid, gid, mode }, data }
  })
}

function mountTarget({ target }: SecretUse, name: string): string {
  const base = '/run/secrets'
  const wanted = target ?? name
  const path = posix.resolve(base, wanted)
  const isBelow = wanted.startsWith('/') ? path !== '/' : path.startsWith(`${base}/`)
  if (isBelow && !wanted.includes('\0')) return path
  throw new EngineError('invalid-argument', `the target ${JSON.stringify(wanted)} of a secret is not a path of a file`)
}

function variableName({ target }: SecretUse, name: string): string {
  const variable = target ?? name
  if (/^[^=\0]+$/.test(variable)) return variable
  throw new EngineError('invalid-argument', `${JSON.stringify(variable)} is not a name of a variable`)
}

/** Two things at one place would hide each other. `invalid-argument`. */
export function refuseSharedTargets(chosen: readonly ChosenSecret[], mounts: readonly MountConfig[]): void {
  const taken = new Set(mounts.map(({ target }) => `mount ${target}`))
  for (const { config } of chosen) {
    const key = `${config.type} ${config.target}`
    if (taken.has(key)) throw new EngineError('invalid-argument', `${config.target}: duplicate secret destination`)
    taken.add(key)
  }
}

const copyOf = (settings: Paths, id: string, index: number): string =>
  join(containerDirectory(settings, id), 'secrets', String(index))

/** Keeps the data with the container: it starts alike whatever becomes of the secret. */
export function keepSecrets(settings: Paths, id: string, chosen: readonly ChosenSecret[]): void {
  mkdirSync(join(containerDirectory(settings, id), 'secrets'), { recursive: true, mode: 0o700 })
  for (const [index, { data }] of chosen.entries()) writeFileSync(copyOf(settings, id, index), data, { mode: 0o600 })
}

type Owner = Pick<ContainerRecord, 'id' | 'config'>

/** Makes the files of a run. Mounted last, so that a file system of the user's at /run does not hide them. */
export function placeSecrets({ id, config }: Owner, settings: Paths): readonly Mount[] {
  const directory = join(runDirectory(settings, id), 'secrets')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return (config.secrets ?? []).flatMap(({ type, target, uid, gid, mode }, index) => {
    if (type !== 'mount') return []
    const source = join(directory, String(index))
    writeFileSync(source, readFileSync(copyOf(settings, id, index)), { mode: 0o600 })
    chownSync(source, uid, gid)
    chmodSync(source, mode)
    return [{ type: 'bind', source, target, options: ['bind', 'rprivate', 'ro', 'nosuid', 'nodev', 'noexec'] }]
  })
}

/** `NAME=value` of the secrets that are variables. */
export function secretVariables({ id, config }: Owner, settings: Paths): readonly string[] {
  return (config.secrets ?? []).flatMap(({ type, target }, index) =>
    type === 'env' ? [`${target}=${readFileSync(copyOf(settings, id, index), 'utf8')}`] : []
  )
}
