import type { NamespaceChoice } from '@runcible/oci-spec'
import { EngineError, type ContainerConfig, type NamespaceMode } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { livingPid } from './task.ts'

type Needs = Pick<Parts, 'state' | 'runtime'>

/** Process whose namespaces are joined; `failed-precondition` unless that container runs. */
async function runningPid(parts: Needs, name: string): Promise<number> {
  const container = findContainer(parts.state, name)
  const pid = await livingPid(parts.runtime, container)
  if (pid !== undefined) return pid
  throw new EngineError('failed-precondition', `cannot join a namespace of ${container.name}: it is not running`, {
    subject: { kind: 'container', name: container.name },
    hint: `start it first: runcible start ${container.name}`
  })
}

async function choose(parts: Needs, mode: NamespaceMode, file: string): Promise<NamespaceChoice> {
  switch (mode.mode) {
    case 'private':
    case 'host':
      return mode.mode
    case 'path':
      return { path: mode.path }
    case 'container':
      return { path: `/proc/${await runningPid(parts, mode.container)}/ns/${file}`, shared: true }
  }
}

/** The namespaces of one run, with other containers' by the files of their processes. `netns` is the one made for this run. */
export async function resolveNamespaces(parts: Needs, config: ContainerConfig, netns: string | undefined) {
  return {
    pid: await choose(parts, config.pid, 'pid'),
    ipc: await choose(parts, config.ipc, 'ipc'),
    uts: await choose(parts, config.uts, 'uts'),
    cgroup: await choose(parts, config.cgroupns, 'cgroup'),
    network: await networkNamespace(parts, config, netns)
  }
}

async function networkNamespace(
  parts: Needs,
  { network }: ContainerConfig,
  netns: string | undefined
): Promise<NamespaceChoice> {
  switch (network.mode) {
    case 'host':
      return 'host'
    case 'container':
      return choose(parts, network, 'net')
    case 'path':
      return { path: network.path }
    case 'bridge':
    case 'none':
    case 'private':
      return netns === undefined ? 'private' : { path: netns }
  }
}
