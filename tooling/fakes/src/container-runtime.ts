import { writeFileSync, writeSync } from 'node:fs'
import {
  EngineError,
  type ContainerRuntime,
  type CreateTask,
  type ExecProcess,
  type ExecTask,
  type Exit,
  type Task,
  type TaskState,
  type TaskStatus
} from '@runcible/interface'
import type { LinuxResources, RuntimeFeatures } from '@runcible/oci-spec'
import type { FakeLogStore } from './log-store.ts'
import { checkCommand, scriptedProcess, type ScriptedProcess } from './scripted-process.ts'

export interface FakeRuntimeInit {
  /** Where output is logged. */
  readonly logs?: Pick<FakeLogStore, 'append'>
  /** Stands for the monitor running the exit command. */
  readonly onExitCommand?: (command: readonly string[]) => void
}

interface FakeTask {
  readonly request: CreateTask
  readonly process: ScriptedProcess
  started: boolean
  paused: boolean
  resources: LinuxResources
  readonly execs: Set<string>
}

const signals: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
  WINCH: 28
}

const signalNumber = (signal: string | number): number => {
  const text = `${signal}`.replace(/^SIG/, '')
  const number = /^\d+$/.test(text) ? Number(text) : signals[text]
  if (number === undefined || number < 1 || number > 64)
    throw new EngineError('invalid-argument', `there is no signal ${text}`)
  return number
}

const precondition = (id: string, what: string): EngineError =>
  new EngineError('failed-precondition', `container ${id} ${what}`, { subject: { kind: 'container', name: id } })

const statusOf = ({ process, started, paused }: FakeTask): TaskStatus =>
  process.exit() !== undefined ? 'stopped' : !started ? 'created' : paused ? 'paused' : 'running'

const stateOf = (task: FakeTask): TaskState => {
  const exit = task.process.exit()
  return {
    id: task.request.id,
    status: statusOf(task),
    pid: exit === undefined ? task.process.pid : 0,
    ...(exit === undefined ? {} : { exit })
  }
}

const untilExit = (exited: Promise<Exit>, signal: AbortSignal | undefined): Promise<Exit> => {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(new EngineError('aborted', 'wait: aborted'))
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort)
  return Promise.race([exited, aborted.promise])
}

const need = (task: FakeTask, ...allowed: readonly TaskStatus[]): void => {
  const status = statusOf(task)
  if (!allowed.includes(status)) throw precondition(task.request.id, `is ${status}`)
}

const exec = (task: FakeTask, { id, process, stdin, io, size }: ExecTask): ExecProcess => {
  need(task, 'running')
  if (task.execs.has(id)) throw new EngineError('already-exists', `exec ${id} has been made already`)
  const inherited = io.kind === 'inherit' ? io.stdio : undefined
  const absent = (() => {
    try {
      return checkCommand(process.args)
    } catch (error) {
      if (inherited === undefined) throw error
      return error
    }
  })()
  task.execs.add(id)
  const script = scriptedProcess({
    args: process.args,
    terminal: process.terminal === true,
    stdin: stdin && io.kind === 'streams',
    size,
    onOutput: (stream, text) => {
      const fd = inherited?.[stream]
      if (typeof fd === 'number') writeSync(fd, text)
    }
  })
  const attachment = io.kind === 'streams' ? script.attach({ stdin, stdout: true, stderr: true }) : undefined
  task.process.exited.then(() => script.kill(9))
  if (absent === undefined) script.start()
  return {
    id,
    pid: script.pid,
    attachment,
    resize: script.resize,
    wait: async ({ signal } = {}) => {
      if (absent !== undefined) throw absent
      return untilExit(script.exited, signal)
    },
    kill: async (signal) => {
      const number = signalNumber(signal)
      if (script.exit() !== undefined) throw new EngineError('failed-precondition', `exec ${id} is not running`)
      script.kill(number)
    }
  }
}

const controls = (task: FakeTask): Pick<Task, 'kill' | 'pause' | 'resume' | 'update' | 'stats' | 'pids'> => ({
  kill: async (signal) => {
    const number = signalNumber(signal)
    need(task, 'created', 'running', 'paused')
    task.process.kill(number)
  },
  pause: async () => {
    need(task, 'running')
    task.paused = true
  },
  resume: async () => {
    need(task, 'paused')
    task.paused = false
  },
  update: async (resources) => {
    task.resources = { ...task.resources, ...resources }
  },
  stats: async () => {
    need(task, 'created', 'running', 'paused')
    const memoryLimit = task.resources.memory?.limit ?? 2 ** 33
    return { cpuUsage: 1_000_000, cpuSystem: 0, memoryUsage: 4096, memoryLimit, pids: 1, blockRead: 0, blockWrite: 0 }
  },
  pids: async () => {
    need(task, 'created', 'running', 'paused')
    return [task.process.pid]
  }
})

const taskOf = (tasks: Map<string, FakeTask>, task: FakeTask): Task => {
  const { process, request } = task
  const { id } = request
  return {
    id,
    ...controls(task),
    start: async () => {
      need(task, 'created')
      task.started = true
      process.start()
      return process.pid
    },
    state: async () => stateOf(task),
    attach: async (attachRequest) => process.attach(attachRequest),
    resize: process.resize,
    wait: async ({ signal } = {}) => untilExit(process.exited, signal),
    exec: async (request) => exec(task, request),
    delete: async ({ force = false } = {}) => {
      if (tasks.get(id) !== task) return undefined
      const status = statusOf(task)
      if (!force && (status === 'running' || status === 'paused')) throw precondition(id, `is ${status}: stop it first`)
      process.kill(9)
      tasks.delete(id)
      return status === 'created' ? undefined : process.exited
    }
  }
}

const features: RuntimeFeatures = {
  ociVersionMin: '1.0.0',
  ociVersionMax: '1.0.2',
  hooks: [],
  mountOptions: [],
  annotations: {},
  linux: {
    namespaces: [],
    capabilities: [],
    cgroup: { v1: false, v2: true, systemd: false, systemdUser: false, rdma: false },
    seccomp: { enabled: false, actions: [], operators: [], archs: [], knownFlags: [], supportedFlags: [] },
    apparmor: false,
    selinux: false,
    intelRdt: false,
    idmap: false
  }
}

/** A `ContainerRuntime` in memory, whose processes only know the commands of `scriptedProcess`. */
export function fakeRuntime({ logs, onExitCommand }: FakeRuntimeInit = {}): ContainerRuntime {
  const tasks = new Map<string, FakeTask>()
  const create = (request: CreateTask): FakeTask => {
    const { id, io, spec, exitCommand, pidFile } = request
    if (!/^[A-Za-z0-9][\w+.-]*$/.test(id))
      throw new EngineError('invalid-argument', `${JSON.stringify(id)} is not an id of a container`)
    if (tasks.has(id)) throw new EngineError('already-exists', `container ${id} has been created already`)
    const args = spec.process?.args ?? []
    checkCommand(args)
    const process = scriptedProcess({
      args,
      terminal: io.terminal,
      stdin: io.stdin,
      onOutput: (stream, text) => {
        const time = BigInt(Date.now()) * 1_000_000n
        const lines = text.split('\n')
        for (const line of lines.slice(0, -1))
          logs?.append(io.log, { stream, text: Buffer.from(line), partial: false, time })
        const rest = lines.at(-1) ?? ''
        if (rest !== '') logs?.append(io.log, { stream, text: Buffer.from(rest), partial: true, time })
      }
    })
    if (pidFile !== undefined) writeFileSync(pidFile, `${process.pid}`)
    process.exited.then(() => exitCommand !== undefined && onExitCommand?.(exitCommand))
    return { request, process, started: false, paused: false, resources: spec.linux?.resources ?? {}, execs: new Set() }
  }
  return {
    name: 'fake',
    create: async (request, { signal } = {}) => {
      if (signal?.aborted === true) throw new EngineError('aborted', `create ${request.id}: aborted`)
      const task = create(request)
      tasks.set(request.id, task)
      return taskOf(tasks, task)
    },
    load: async (id) => {
      const task = tasks.get(id)
      if (task === undefined) throw new EngineError('not-found', `there is no task of container ${id}`)
      return taskOf(tasks, task)
    },
    list: async () => [...tasks.values()].map(stateOf),
    features: async () => ({ ...features, version: '1.0.0', path: '/fake/runtime' })
  }
}
