import { capabilitySets, resolveCapabilities, resolveRlimits, type SpecProcess } from '@runcible/oci-spec'
import {
  EngineError,
  type ContainerRecord,
  type ExecRequest,
  type ExecSpec,
  type ProcessUser,
  type RunningExec
} from '@runcible/interface'
import type { EngineSettings, Parts } from '../settings.ts'
import { newId } from '../text/random.ts'
import { withContainer } from '../with-container.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { requireRunning } from './require-running.ts'
import { lookUpUser } from './rootfs-setup.ts'
import { capabilityRequest, processEnvironment, rlimitsOf } from './spec-input.ts'

export type ExecParts = ReconcileParts & Pick<Parts, 'rootfs'>

/** Runs a further process in a running container. */
export async function execInContainer(
  parts: ExecParts,
  name: string,
  spec: ExecSpec,
  request: ExecRequest
): Promise<RunningExec> {
  if (spec.command.length === 0)
    throw new EngineError('invalid-argument', 'must provide a non-empty command to start an exec session')
  parts.runtime.anticipate?.()
  return withContainer(parts, name, request, async (record) => {
    const task = await requireRunning(parts, record, 'execute in')
    if (record.status === 'paused') {
      throw new EngineError('failed-precondition', `cannot execute in container ${record.name}: it is paused`, {
        hint: `runcible unpause ${record.name}`
      })
    }
    const user = await execUser(parts, record, spec)
    const id = newId()
    const secrets = record.config.secrets && (await import('../secrets/container-secrets.ts'))
    const variables = secrets?.secretVariables(record, parts.settings) ?? []
    const exec = await task.exec(
      {
        id,
        process: execProcess(record, spec, user, parts.settings, variables),
        stdin: spec.stdin ?? false,
        io: request.io,
        ...(spec.size ? { size: spec.size } : {})
      },
      request
    )
    publishContainer(parts.events, 'exec', record, { execID: id })
    return {
      id,
      attachment: exec.attachment,
      wait: (options) => exec.wait(options),
      resize: (size) => exec.resize(size),
      kill: (signal) => exec.kill(signal)
    }
  })
}

async function execUser(parts: ExecParts, record: ContainerRecord, spec: ExecSpec): Promise<ProcessUser> {
  if (spec.user === undefined && record.processUser !== undefined) return record.processUser
  await using rootfs = await parts.rootfs.open({ pid: record.pid }, { readonly: true })
  return await lookUpUser(rootfs, { user: spec.user ?? record.config.user, groupAdd: record.config.groupAdd })
}

/** The process of an exec: the container's own surroundings, with what was asked on top. */
export function execProcess(
  record: ContainerRecord,
  spec: ExecSpec,
  user: ProcessUser,
  settings: EngineSettings,
  variables: readonly string[] = []
): SpecProcess {
  const { config } = record
  const { security } = config
  const host = settings.host()
  const privileged = spec.privileged ?? security.privileged ?? false
  const capabilities = resolveCapabilities({
    ...capabilityRequest(config, settings),
    privileged,
    bounding: host.capabilities
  })
  const apparmor =
    security.apparmor === undefined || security.apparmor === 'unconfined' ? {} : { apparmorProfile: security.apparmor }
  return {
    terminal: spec.tty ?? false,
    ...(spec.tty && spec.size ? { consoleSize: { height: spec.size.rows, width: spec.size.columns } } : {}),
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids, umask: config.umask },
    args: spec.command,
    env: execEnvironment(record, spec, user, variables),
    cwd: spec.workdir ?? config.workdir,
    capabilities: capabilitySets(capabilities, user.uid),
    rlimits: resolveRlimits(rlimitsOf(config, settings), host.rlimits),
    noNewPrivileges: security.noNewPrivileges ?? false,
    ...apparmor,
    ...(config.oomScoreAdj === undefined ? {} : { oomScoreAdj: config.oomScoreAdj })
  }
}

function execEnvironment(
  record: ContainerRecord,
  spec: ExecSpec,
  user: ProcessUser,
  variables: readonly string[]
): readonly string[] {
  const own = spec.env ?? {}
  const base = processEnvironment(record.config, user, variables).filter(
    (entry) => !Object.hasOwn(own, entry.slice(0, entry.indexOf('=')))
  )
  const terminal =
    spec.tty && !base.some((entry) => entry.startsWith('TERM=')) && own['TERM'] === undefined ? ['TERM=xterm'] : []
  return [...base, ...terminal, ...Object.entries(own).map(([name, value]) => `${name}=${value}`)]
}
