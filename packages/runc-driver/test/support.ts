import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { busyboxRootfs } from '@runcible/fixtures'
import type { ContainerRuntime, CreateTask } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { buildProcess, buildRuntimeSpec, type HostRlimits, type SpecInput } from '@runcible/oci-spec'
import { runc, type RuncInit } from '@runcible/runc-driver'
import type { ContainerRuntimeSubject, TaskOptions } from '@runcible/suites'

const linux = createLinux()

const hostRlimits = (): HostRlimits => {
  const hard = (resource: 'nofile' | 'nproc' | 'core'): number => {
    const limit = linux.process.limit(resource).hard
    return limit === 'unlimited' ? Infinity : Number(limit)
  }
  return {
    hard: { RLIMIT_NOFILE: hard('nofile'), RLIMIT_NPROC: hard('nproc'), RLIMIT_CORE: hard('core') },
    mayRaise: linux.process.capabilities().effective.has('CAP_SYS_RESOURCE')
  }
}

export const specInput = (args: readonly string[], more: Partial<SpecInput> = {}): SpecInput => ({
  rootfs: { path: '/' },
  args,
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  cgroupMode: linux.cgroup.layout().mode,
  hostRlimits: hostRlimits(),
  boundingCapabilities: [...linux.process.capabilities().bounding],
  ...more
})

export interface Sandbox extends ContainerRuntimeSubject {
  readonly linux: Linux
  readonly directory: string
  /** Directory of the tasks. */
  readonly root: string
  readonly rootfs: string
  readonly cgroup: string
  make(init?: Partial<RuncInit>): ContainerRuntime
}

let counter = 0

/** A runtime in a directory of its own, with everything it made removed at the end. */
export const sandbox = async (): Promise<Sandbox> => {
  const directory = await mkdtemp('/var/tmp/runc-driver-')
  const root = join(directory, 'tasks')
  const rootfs = busyboxRootfs(join(directory, 'rootfs'))
  const cgroup = `/runcible-test-${process.pid}-${++counter}`
  mkdirSync(join(directory, 'logs'))
  const make = (init: Partial<RuncInit> = {}) => runc({ linux, root, ...init })({})
  const runtime = make()
  const mark = join(directory, 'mark')
  const task = (command: readonly string[], options: TaskOptions = {}): CreateTask => {
    const { id = `c${++counter}`, terminal = false, stdin = false, exitCommand, pidFile } = options
    return {
      id,
      spec: buildRuntimeSpec(specInput(command, { terminal, cgroupsPath: join(cgroup, id) })),
      rootfs: [{ type: 'bind', source: rootfs, options: ['rbind'] }],
      io: { terminal, stdin, log: { driver: 'k8s-file', path: join(directory, 'logs', id) } },
      ...(exitCommand === undefined ? {} : { exitCommand }),
      ...(pidFile === undefined ? {} : { pidFile })
    }
  }
  return {
    linux,
    directory,
    root,
    rootfs,
    cgroup,
    make,
    runtime,
    other: make(),
    task,
    process: (command, { terminal = false } = {}) => buildProcess(specInput(command, { terminal })),
    logged: async (request) => readFileSync(join(directory, 'logs', request.id), 'utf8'),
    marker: { command: ['/bin/touch', mark], seen: () => existsSync(mark) },
    [Symbol.asyncDispose]: async () => {
      for (const { id } of await runtime.list()) await (await runtime.load(id)).delete({ force: true })
      for (const tree of cgroupTrees()) if (existsSync(join(tree, cgroup))) rmdirSync(join(tree, cgroup))
      await rm(directory, { recursive: true, force: true })
    }
  }
}

const cgroupTrees = (): readonly string[] => {
  const { hierarchies, unified } = linux.cgroup.layout()
  return [...hierarchies.values(), ...(unified === undefined ? [] : [unified])]
}

/** What a sandbox has left on the machine; empty when all is well. */
export const leftovers = ({ root, cgroup }: Sandbox): string[] => {
  const tasks = existsSync(root) ? readdirSync(root).filter((name) => name !== '.runtime') : []
  const states = existsSync(join(root, '.runtime')) ? readdirSync(join(root, '.runtime')) : []
  const mounts = linux.mount
    .list()
    .filter(({ mountPoint }) => mountPoint.startsWith(root))
    .map(({ mountPoint }) => mountPoint)
  const groups = cgroupTrees().flatMap((tree) => {
    const group = join(tree, cgroup)
    return existsSync(group)
      ? readdirSync(group, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(group, name))
      : []
  })
  return [...tasks, ...states, ...mounts, ...groups]
}
