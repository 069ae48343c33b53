import { accessSync, constants } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildRuntimeSpec } from '@runcible/oci-spec'
import {
  EngineError,
  isEngineError,
  type Attachment,
  type CallOptions,
  type ContainerRecord,
  type CreateTask,
  type Mount,
  type NetworkAttachment,
  type ProcessUser,
  type StartOptions,
  type StartedContainer,
  type Task
} from '@runcible/interface'
import { continueUnlessAborted } from '../abort.ts'
import { attendanceLock } from '../lock-names.ts'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { stepRunner, type StepRunner } from '../steps.ts'
import { withContainer } from '../with-container.ts'
import { untilUnattended } from './attendance.ts'
import { hostDevices, resolveDevices } from './devices.ts'
import { finishRun } from './finish-run.ts'
import { resolveNamespaces } from './namespaces.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { prepareRootfs } from './rootfs-setup.ts'
import { runDirectory } from './run-directory.ts'
import { writeRunFiles } from './run-files.ts'
import { specInput } from './spec-input.ts'

export type StartParts = ReconcileParts & Pick<Parts, 'rootfs'>

/** Starts a container; a running one is left as it is. */
export async function startContainer(
  parts: StartParts,
  name: string,
  options: StartOptions = {}
): Promise<StartedContainer> {
  const step = stepRunner(options)
  const { id } = findContainer(parts.state, name)
  for (;;) {
    const started = await withContainer(parts, id, options, (record) => startUnlessUp(parts, record, options, step))
    if (started !== undefined) return started
    await untilUnattended(parts, id, options)
  }
}

/** Undefined when the caller wants to stay, but somebody stays for the last run yet and needs the lock to clean up. */
async function startUnlessUp(
  parts: StartParts,
  record: ContainerRecord,
  options: StartOptions,
  step: StepRunner
): Promise<StartedContainer | undefined> {
  if (record.status === 'paused') {
    throw new EngineError('failed-precondition', `container ${record.name} is paused`, {
      subject: { kind: 'container', name: record.name },
      hint: `runcible unpause ${record.name}`
    })
  }
  if (record.status === 'running' || record.status === 'stopping')
    return { container: record, attachment: undefined, attendance: undefined }
  if (options.attend && parts.state.isLocked(attendanceLock(record.id))) return undefined
  return startLocked(parts, { ...record, restartCount: 0 }, options, step)
}

/**
 * Starts a container that is at rest, with the `restartCount` of the given record. The caller holds its lock. A failure
 * leaves it at rest again, with the reason recorded.
 */
export async function startLocked(
  parts: StartParts,
  record: ContainerRecord,
  options: StartOptions,
  step: StepRunner
): Promise<StartedContainer> {
  await using undo = new AsyncDisposableStack()
  const attendance = options.attend ? undo.use(await parts.state.lock(attendanceLock(record.id), options)) : undefined
  const begun = beginRun(parts, record)
  undo.defer(async () => {
    // The first failure is the one to tell. The record says what is left of the run, for the next operation to finish.
    await finishRun(parts, parts.state.containers.get(record.id) ?? begun).catch(() => undefined)
  })
  try {
    const { task, user, network, attachment } = await assembleRun(parts, begun, options, step)
    const pid = await step('task-start', () => task.start(options))
    const container = recordStart(parts, begun, { pid, user, network })
    undo.move()
    return { container, attachment, attendance }
  } catch (error) {
    const message = isEngineError(error) ? error.message : String(error)
    parts.state.containers.update(record.id, (current) => ({ ...current, error: message }))
    throw error
  }
}

/** From here on the record says that there is something to clean up. */
function beginRun(parts: StartParts, record: ContainerRecord): ContainerRecord {
  const volumes = record.config.mounts.flatMap((mount) =>
    mount.type === 'volume' && mount.source !== undefined ? [mount.source] : []
  )
  return parts.state.containers.update(record.id, ({ error: _error, ...current }) => ({
    ...current,
    status: 'stopped',
    stoppedByUser: false,
    restartCount: record.restartCount,
    volumes,
    bootId: parts.settings.host().bootId
  }))
}

interface AssembledRun {
  readonly task: Task
  readonly user: ProcessUser
  readonly network: NetworkAttachment | undefined
  readonly attachment: Attachment | undefined
}

/** Makes everything a run needs, up to a task that waits for its start. */
async function assembleRun(
  parts: StartParts,
  record: ContainerRecord,
  options: StartOptions,
  step: StepRunner
): Promise<AssembledRun> {
  const { id, config } = record
  parts.runtime.anticipate?.()
  const rootMounts = await parts.snapshotter.mounts(id)
  const needsNamespace =
    config.network.mode === 'bridge' || config.network.mode === 'none' || config.network.mode === 'private'
  const netns = needsNamespace ? await step('namespace', () => parts.network.createNamespace(id)) : undefined
  const { request, user, files } = await prepareTask(parts, record, rootMounts, netns, step, options)
  const taskReady = step('task-create', () => parts.runtime.create(request, options))
  // The runtime works in processes of its own. Once they are on their way the network is made beside them.
  const networkReady = nextTurn().then(() => step('network', () => setUpNetwork(parts, record, netns, options)))
  // Both have ended before a failure of either is undone.
  await Promise.allSettled([networkReady, taskReady])
  const [network, task] = await Promise.all([networkReady, taskReady])
  files.update(network)
  const attachment = options.attach ? await step('attach', () => task.attach(options.attach!, options)) : undefined
  return { task, user, network, attachment }
}

async function setUpNetwork(
  parts: StartParts,
  record: ContainerRecord,
  netns: string | undefined,
  options: StartOptions
): Promise<NetworkAttachment | undefined> {
  const { network, ports } = record.config
  if (network.mode !== 'bridge' || netns === undefined) return undefined
  return parts.network.setup(
    { containerId: record.id, containerName: record.name, netns, endpoints: network.endpoints, ports },
    options
  )
}

async function prepareTask(
  parts: StartParts,
  record: ContainerRecord,
  rootfs: readonly Mount[],
  netns: string | undefined,
  step: StepRunner,
  options: StartOptions
) {
  const { id, config } = record
  const { settings } = parts
  const user = await prepareRootfs((access) => parts.rootfs.open({ mounts: rootfs }, access), config)
  const volumes = await step('volumes', () => mountVolumes(parts, record, rootfs, options))
  const namespaces = await resolveNamespaces(parts, config, netns)
  const files = writeRunFiles(record, settings)
  const secrets = config.secrets && (await import('../secrets/container-secrets.ts'))
  const spec = await step('spec', () =>
    buildRuntimeSpec(
      specInput(
        {
          id,
          config,
          user,
          mounts: [...files.mounts, ...volumes, ...(secrets?.placeSecrets(record, settings) ?? [])],
          variables: secrets?.secretVariables(record, settings) ?? [],
          namespaces,
          devices: [...(config.security.privileged ? hostDevices() : []), ...resolveDevices(config.devices)],
          init: config.init ? findInit(settings.defaults.initPaths) : undefined
        },
        settings
      )
    )
  )
  const exitCommand = settings.exitCommand?.(id, runDirectory(settings, id))
  const request: CreateTask = {
    id,
    spec,
    // Asked for anew: preparing may have mounted the first ones.
    rootfs: await parts.snapshotter.mounts(id),
    io: { terminal: config.tty, stdin: config.stdin, log: config.log },
    ...(exitCommand ? { exitCommand } : {}),
    ...(config.pidFile ? { pidFile: config.pidFile } : {})
  }
  return { request, user, files }
}

async function mountVolumes(
  parts: StartParts,
  record: ContainerRecord,
  rootfs: readonly Mount[],
  call: CallOptions
): Promise<readonly Mount[]> {
  const mounts: Mount[] = []
  for (const mount of record.config.mounts) {
    const { target, options } = mount
    if (mount.type === 'bind') mounts.push({ type: 'bind', source: mount.source, target, options })
    else if (mount.type === 'tmpfs') mounts.push({ type: 'tmpfs', source: 'tmpfs', target, options })
    else if (mount.source !== undefined) {
      await continueUnlessAborted(call.signal, 'mounting volumes')
      const copyUpFrom = mount.copyUp ? { copyUpFrom: rootfs } : {}
      const request = { name: mount.source, containerId: record.id, target, options, ...copyUpFrom }
      mounts.push(await parts.volumes.mount(request, call))
    }
  }
  return mounts
}

function findInit(candidates: readonly string[]): string {
  for (const path of candidates) {
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // The next one may be there.
    }
  }
  throw new EngineError('unavailable', 'no init executable for --init was found', {
    hint: 'apt-get install catatonit (or tini)'
  })
}

function recordStart(
  parts: StartParts,
  record: ContainerRecord,
  run: { readonly pid: number; readonly user: ProcessUser; readonly network: NetworkAttachment | undefined }
): ContainerRecord {
  return parts.state.transaction(({ containers }) => {
    publishContainer(parts.events, 'start', record)
    const { exit: _exit, ...current } = record
    return containers.update(record.id, () => ({
      ...current,
      status: 'running',
      pid: run.pid,
      startedAt: Date.now(),
      processUser: run.user,
      ...(run.network ? { attachment: run.network } : {})
    }))
  })
}
