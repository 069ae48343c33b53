import { EngineError, type ErrorSubject } from '@runcible/interface'
import { findExecutable } from './find-executable.ts'
import { runCommand, type CommandResult } from './run-command.ts'
import { runtimeError } from './runc-errors.ts'
import { runtimeOptions, type Deadlines, type RuncSettings } from './settings.ts'

export interface RuntimeCall {
  readonly verb: string
  readonly options?: readonly string[]
  readonly id: string
  readonly input?: string
  readonly deadline?: keyof Deadlines
  readonly signal?: AbortSignal | undefined
}

/** An OCI runtime as a command. */
export interface RuntimeCli {
  /** @throws EngineError `unavailable` when it is not installed */
  path(): string
  /** Options before the verb. */
  readonly globalOptions: readonly string[]
  /** Runs one verb on a container. Rejects with what the runtime's message means. */
  call(call: RuntimeCall): Promise<string>
  /** Runs without a container; the result is the caller's to judge. */
  query(args: readonly string[]): Promise<CommandResult>
}

export const containerSubject = (id: string): ErrorSubject => ({ kind: 'container', name: id })

export const runtimeCli = (settings: RuncSettings): RuntimeCli => {
  const globalOptions = runtimeOptions(settings)
  let found: string | undefined
  const path = () => (found ??= findExecutable(settings.runtime, settings.name))
  const start = async (args: readonly string[], step: string, call: Partial<RuntimeCall> = {}) => {
    const deadline = settings.deadlines[call.deadline ?? 'control']
    try {
      return await runCommand(path(), args, {
        step,
        deadline,
        signal: call.signal,
        ...(call.input === undefined ? {} : { input: call.input })
      })
    } catch (error) {
      if (error instanceof EngineError) throw error
      throw new EngineError('unavailable', `${settings.runtime} cannot be started: ${(error as Error).message}`, {
        cause: error
      })
    }
  }
  return {
    path,
    globalOptions,
    call: async (call) => {
      const { verb, options = [], id } = call
      const result = await start([...globalOptions, verb, ...options, id], `${settings.name} ${verb} ${id}`, call)
      if (result.code !== 0) throw runtimeError(result.stderr, verb, containerSubject(id))
      return result.stdout
    },
    query: (args) => start([...globalOptions, ...args], `${settings.name} ${args[0] ?? ''}`)
  }
}
