import { EngineError, type LogTarget } from '@runcible/interface'
import type { TaskFiles } from '../task-files.ts'

export interface MonitorRuntime {
  readonly path: string
  /** Options before the runtime's verb. */
  readonly options: readonly string[]
}

interface CommonArgs {
  readonly id: string
  readonly uuid: string
  readonly files: TaskFiles
  readonly runtime: MonitorRuntime
  readonly terminal: boolean
  readonly stdin: boolean
}

const flag = (name: string, values: readonly string[]): string[] => values.flatMap((value) => [name, value])

const common = ({ id, uuid, files, runtime, terminal, stdin }: CommonArgs): string[] => [
  '--api-version',
  '1',
  '--cid',
  id,
  '--cuuid',
  uuid,
  '--name',
  id,
  '--runtime',
  runtime.path,
  '--bundle',
  files.directory,
  '--container-pidfile',
  files.pid,
  '--conmon-pidfile',
  files.monitorPid,
  '--persist-dir',
  files.directory,
  '--full-attach',
  '--no-sync-log',
  '--log-level',
  'error',
  ...flag('--runtime-arg', [...runtime.options, '--log', files.runtimeLog, '--log-format', 'json']),
  // A terminal outlives its viewers. For a pipe, the end of an attached input is the end of the input.
  ...(terminal ? ['--terminal', '--leave-stdin-open'] : stdin ? ['--stdin'] : [])
]

/** journald's own field needs more than 12 characters, and conmon exits without a word about which. */
const JOURNALD_ID_LENGTH = 13

/** @throws EngineError for a log that this monitor cannot write */
const logArgs = (log: LogTarget, { id, terminal }: CommonArgs): string[] => {
  switch (log.driver) {
    case 'k8s-file': {
      if (log.path === undefined) throw new EngineError('invalid-argument', 'a k8s-file log needs a path')
      return [
        '--log-path',
        `k8s-file:${log.path}`,
        ...(log.maxSize === undefined ? [] : ['--log-size-max', `${log.maxSize}`])
      ]
    }
    case 'journald':
      if (id.length < JOURNALD_ID_LENGTH) {
        throw new EngineError('invalid-argument', `journald needs an id of ${JOURNALD_ID_LENGTH} or more characters`)
      }
      return ['--log-path', 'journald:', ...(log.tag === undefined ? [] : ['--log-tag', log.tag])]
    case 'none':
      return ['--log-path', 'none']
    case 'passthrough':
      if (terminal)
        throw new EngineError('invalid-argument', 'a container with a terminal cannot pass its output through')
      return ['--log-path', 'passthrough']
    case 'json-file':
      throw new EngineError('unsupported', 'conmon does not write json-file logs', {
        hint: 'use the k8s-file log driver'
      })
  }
}

export interface LaunchArgs extends CommonArgs {
  readonly log: LogTarget
  readonly exitCommand?: readonly string[] | undefined
}

/** For the main process of a container. */
export const launchArgs = (request: LaunchArgs): string[] => {
  const [command, ...rest] = request.exitCommand ?? []
  return [
    ...common(request),
    ...logArgs(request.log, request),
    ...(command === undefined ? [] : ['--exit-command', command, ...flag('--exit-command-arg', rest)])
  ]
}

export interface ExecArgs extends CommonArgs {
  readonly processFile: string
  /** Wait for a client before the process is made. */
  readonly attach: boolean
}

/** For a further process in a container. */
export const execArgs = (request: ExecArgs): string[] => [
  ...common(request),
  '--log-path',
  'none',
  '--exec',
  ...(request.attach ? ['--exec-attach'] : []),
  '--exec-process-spec',
  request.processFile
]
