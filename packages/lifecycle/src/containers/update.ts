import type { LinuxResources } from '@runcible/oci-spec'
import {
  EngineError,
  type CallOptions,
  type ContainerConfig,
  type ContainerRecord,
  type ContainerUpdate
} from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { withContainer } from '../with-container.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { changeResources, refuseWrongResources } from './resources.ts'

export type UpdateParts = ReconcileParts & Pick<Parts, 'settings'>

/** Changes a container: limits at once where it runs, everything for its later starts. */
export async function updateContainer(
  parts: UpdateParts,
  name: string,
  change: ContainerUpdate,
  options: CallOptions = {}
): Promise<ContainerRecord> {
  return await withContainer(parts, name, options, async (record) => {
    const config = changedConfig(record.config, change)
    refuseWrongResources(config.resources, parts.settings.host().cgroupMode)
    if (change.resources !== undefined && (record.status === 'running' || record.status === 'paused'))
      await (await parts.runtime.load(record.id)).update(inForce(config.resources))
    return parts.state.transaction(({ containers }) => {
      publishContainer(parts.events, 'update', record)
      return containers.update(record.id, (current) => ({ ...current, config }))
    })
  })
}

/** The stored config after a change. Pure, but for block devices that are named. */
export function changedConfig(config: ContainerConfig, change: ContainerUpdate): ContainerConfig {
  if (config.autoRemove && change.restart !== undefined && change.restart.name !== 'no') {
    throw new EngineError('invalid-argument', 'a container that is removed at its exit cannot be restarted')
  }
  return {
    ...config,
    ...changeResources(config, change.resources ?? {}),
    env: changedEnvironment(config.env, change),
    ulimits: [
      ...config.ulimits.filter(({ name }) => !change.ulimits?.some((ulimit) => ulimit.name === name)),
      ...(change.ulimits ?? [])
    ],
    restart: change.restart ?? config.restart
  }
}

function changedEnvironment(
  current: readonly string[],
  { env = {}, unsetEnv = [] }: ContainerUpdate
): readonly string[] {
  const variables = new Map(
    current.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const)
  )
  for (const name of unsetEnv) variables.delete(name)
  for (const [name, value] of Object.entries(env)) variables.set(name, value)
  return [...variables].map(([name, value]) => `${name}=${value}`)
}

/** To a runtime that changes limits 0 means "as it is"; what the container is to be rid of is -1. */
function inForce({ memory, cpu, pids, ...rest }: LinuxResources): LinuxResources {
  const lifted = (value: number | undefined) => (value === 0 ? -1 : value)
  return {
    ...rest,
    ...(memory && { memory: liftedFields(memory, ['limit', 'reservation', 'swap'], lifted) }),
    ...(cpu && { cpu: liftedFields(cpu, ['quota'], lifted) }),
    ...(pids && { pids: { limit: lifted(pids.limit) ?? -1 } })
  }
}

function liftedFields<T extends object, K extends keyof T>(
  part: T,
  keys: readonly K[],
  lifted: (value: number | undefined) => number | undefined
): T {
  const changed = keys.filter((key) => part[key] !== undefined).map((key) => [key, lifted(part[key] as number)])
  return { ...part, ...Object.fromEntries(changed) } as T
}
