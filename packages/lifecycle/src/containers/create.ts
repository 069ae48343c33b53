import { statSync } from 'node:fs'
import {
  EngineError,
  isEngineError,
  type CallOptions,
  type ContainerConfig,
  type ContainerDefaults,
  type ContainerRecord,
  type ContainerSpec,
  type LogConfig,
  type MountConfig,
  type NetworkMode,
  type OperationProgress,
  type ProgressOptions,
  type ResolvedImage
} from '@runcible/interface'
import { continueUnlessAborted } from '../abort.ts'
import { checkContainerName, findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { stepRunner } from '../steps.ts'
import { newId, randomHex } from '../text/random.ts'
import { randomName } from '../text/random-name.ts'
import { containerLock } from '../lock-names.ts'
import { requireNetwork } from '../networks/require-network.ts'
import { tellOtherPlatform } from '../images/expected-platform.ts'
import { resolveImage } from '../images/resolve-image.ts'
import { resolveDevices } from './devices.ts'
import { finishRemoval, type RemovalParts } from './finish-removal.ts'
import { extraHost } from './hosts-file.ts'
import { publishContainer } from './publish.ts'
import { removeIfThere } from './remove.ts'
import { resolveConfig } from './resolve-config.ts'
import { refuseWrongResources } from './resources.ts'
import { checkTimezone } from './timezone.ts'

export type CreateParts = RemovalParts &
  Pick<Parts, 'images' | 'manifests' | 'runtime' | 'snapshotter' | 'logs' | 'logger'>

/** Records a container, ready to start. Everything that can be known to be wrong is refused here. */
export async function createContainer(
  parts: CreateParts,
  spec: ContainerSpec,
  options: ProgressOptions<OperationProgress> = {}
): Promise<ContainerRecord> {
  const step = stepRunner(options)
  checkSpec(parts, spec)
  const image = await step('image', () => resolveImage(parts, spec, options))
  tellOtherPlatform(image, spec.platform, options)
  parts.runtime.anticipate?.()
  const id = newId()
  const chosen = spec.secrets?.length ? await import('../secrets/container-secrets.ts') : undefined
  const secrets = chosen?.chooseSecrets(parts.settings.root, spec.secrets ?? []) ?? []
  const decided = await step('config', async () => decide(parts, id, spec, image))
  chosen?.refuseSharedTargets(secrets, decided.mounts)
  const config = secrets.length === 0 ? decided : { ...decided, secrets: secrets.map((one) => one.config) }
  refuseWrongResources(config.resources, parts.settings.host().cgroupMode)
  await checkNetworks(parts, config.network)
  if (spec.replace && spec.name !== undefined) await removeNamed(parts, spec.name)

  await using _lock = await parts.state.lock(containerLock(id), options)
  await using undo = new AsyncDisposableStack()
  const record = await step('record', () => claimName(parts, id, spec.name, config))
  // The first failure is the one to tell. The record says what is left of it, for the next command to remove.
  undo.defer(() => finishRemoval(parts, { ...record, removeVolumes: true }).catch(() => undefined))
  // Not earlier: from here on the record tells of the directory that this makes.
  const log = await parts.logs.target(id, logConfig(spec, parts.settings.defaults))
  await step('snapshot', () =>
    parts.snapshotter.prepare(id, config.image.chainId, { ...options, ephemeral: config.autoRemove })
  )
  await makeVolumes(parts, config.mounts, options)
  chosen?.keepSecrets(parts.settings, id, secrets)
  // Until now the record said `removing`: had this process died, the next command would have cleaned up.
  const created = parts.state.transaction(({ containers }) => {
    publishContainer(parts.events, 'create', record)
    return containers.update(id, (current) => ({ ...current, config: { ...config, log }, status: 'created' }))
  })
  undo.move()
  return created
}

function checkSpec(parts: CreateParts, spec: ContainerSpec): void {
  if (spec.name !== undefined) {
    checkContainerName(spec.name)
    if (!spec.replace) refuseTakenName(parts, spec.name)
  }
  for (const entry of spec.extraHosts ?? []) extraHost(entry, '0.0.0.0')
  resolveDevices(spec.devices ?? [])
  if (spec.timezone !== undefined) checkTimezone(spec.timezone)
  for (const mount of spec.mounts ?? []) {
    if (mount.type === 'bind' && statSync(mount.source, { throwIfNoEntry: false }) === undefined) {
      throw new EngineError('not-found', `statfs ${mount.source}: no such file or directory`, {
        hint: 'make the directory first, or name a volume'
      })
    }
  }
  const { mode } = spec.network ?? { mode: undefined }
  if (spec.autoRemove && spec.restart !== undefined && spec.restart.name !== 'no') {
    throw new EngineError('invalid-argument', 'a container that is removed at its exit cannot be restarted', {
      hint: 'leave out --rm or --restart'
    })
  }
  if (mode === 'host' && (spec.ports ?? []).length > 0) {
    parts.logger.log('warn', 'published ports are discarded when using host network mode')
  }
}

/** The default network needs no look: it always exists. */
async function checkNetworks(parts: CreateParts, network: NetworkMode): Promise<void> {
  if (network.mode !== 'bridge') return
  const { network: byDefault } = parts.settings.defaults
  for (const { network: name } of network.endpoints) if (name !== byDefault) await requireNetwork(parts, name)
}

function refuseTakenName(parts: Pick<CreateParts, 'state'>, name: string): void {
  const existing = parts.state.containers.find(name)
  if (existing !== undefined && (existing.status !== 'removing' || parts.state.isLocked(containerLock(existing.id))))
    throw nameInUse(existing)
}

function nameInUse(existing: ContainerRecord): EngineError {
  return new EngineError(
    'already-exists',
    `the container name "${existing.name}" is already in use by ${existing.id}`,
    {
      subject: { kind: 'container', name: existing.name },
      hint: `remove it first (runcible rm ${existing.name}), or use --replace`
    }
  )
}

async function removeNamed(parts: CreateParts, name: string): Promise<void> {
  const existing = parts.state.containers.find(name)
  if (existing !== undefined) await removeIfThere(parts, existing.id, { force: true })
}

/** All but where its output goes. */
function decide(parts: CreateParts, id: string, spec: ContainerSpec, image: ResolvedImage): ContainerConfig {
  const { defaults, host } = parts.settings
  const config = resolveConfig({
    id,
    spec,
    image,
    defaults,
    hostname: host().hostname,
    inherited: inheritedMounts(parts, spec),
    log: { driver: 'none' },
    runtime: parts.runtime.name,
    snapshotter: parts.snapshotter.name
  })
  return { ...config, mounts: config.mounts.map(named) }
}

/** What was asked for, with the default driver and size where it says nothing. A negative size is no limit, as 0 is. */
function logConfig({ log }: ContainerSpec, { logDriver, logMaxSize }: ContainerDefaults): LogConfig {
  const { driver = logDriver, maxSize = logMaxSize, ...rest } = log ?? {}
  return { driver, ...rest, maxSize: Math.max(0, maxSize) }
}

/** Volumes and bind mounts of other containers; what lives in memory is theirs alone. */
function inheritedMounts({ state }: Pick<CreateParts, 'state'>, spec: ContainerSpec): readonly MountConfig[] {
  return (spec.volumesFrom ?? []).flatMap(({ container, readOnly }) =>
    findContainer(state, container)
      .config.mounts.filter(({ type }) => type !== 'tmpfs')
      .map((mount) =>
        readOnly ? { ...mount, options: [...mount.options.filter((option) => option !== 'rw'), 'ro'] } : mount
      )
  )
}

const named = (mount: MountConfig): MountConfig =>
  mount.type === 'volume' && mount.source === undefined ? { ...mount, source: randomHex(32) } : mount

/** Inserts the record under the wanted name or a free one; the name's uniqueness is the store's to decide. */
async function claimName(
  parts: CreateParts,
  id: string,
  name: string | undefined,
  config: ContainerConfig
): Promise<ContainerRecord> {
  for (;;) {
    const record: ContainerRecord = {
      id,
      name: name ?? randomName((candidate) => parts.state.containers.find(candidate) !== undefined),
      createdAt: Date.now(),
      config,
      status: 'removing',
      pid: 0,
      stoppedByUser: false,
      restartCount: 0,
      volumes: []
    }
    try {
      parts.state.containers.insert(record)
      return record
    } catch (error) {
      if (!isEngineError(error, 'already-exists')) throw error
      if (name !== undefined) await takeOverName(parts, name)
    }
  }
}

/** Finishes the removal of a leftover that holds the name; throws when the name is really in use. */
async function takeOverName(parts: CreateParts, name: string): Promise<void> {
  const existing = parts.state.containers.find(name)
  if (existing === undefined) return
  refuseTakenName(parts, name)
  await using _lock = await parts.state.lock(containerLock(existing.id))
  const current = parts.state.containers.get(existing.id)
  if (current?.status === 'removing') await finishRemoval(parts, current)
}

async function makeVolumes(parts: CreateParts, mounts: readonly MountConfig[], options: CallOptions): Promise<void> {
  for (const mount of mounts) {
    if (mount.type !== 'volume' || mount.source === undefined) continue
    await continueUnlessAborted(options.signal, 'making volumes')
    if ((await parts.volumes.inspect(mount.source)) !== undefined) continue
    try {
      await parts.volumes.create({ name: mount.source, anonymous: mount.anonymous ?? false }, options)
    } catch (error) {
      // Another process made it in the meantime.
      if (!isEngineError(error, 'already-exists')) throw error
    }
  }
}
