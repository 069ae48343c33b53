import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { EngineError, type CallOptions, type ErrorCode } from '@runcible/interface'
import { programEnvironment } from '../program-environment.ts'

export type CniCommand = 'ADD' | 'DEL' | 'CHECK' | 'VERSION'

export interface PluginCall {
  readonly command: CniCommand
  readonly type: string
  /** What the plugin reads: its configuration with name, version, runtimeConfig and prevResult. */
  readonly config: unknown
  readonly containerId?: string
  readonly netns?: string
  /** Device inside the container. */
  readonly device?: string
}

export interface PluginRunner {
  /** The plugin's answer, parsed; undefined when it says nothing. @throws EngineError */
  run(call: PluginCall, options?: CallOptions): Promise<unknown>
}

const TIMEOUT_MS = 60_000
const MOST_OUTPUT = 1 << 20
const FIRST_PLUGIN_CODE = 100

/** Meanings of the specification's error codes; those from 100 belong to the plugin. */
const codes: Readonly<Record<number, ErrorCode>> = {
  1: 'unsupported',
  2: 'unsupported',
  3: 'not-found',
  4: 'invalid-argument',
  5: 'unavailable',
  6: 'corrupt',
  7: 'invalid-argument',
  11: 'unavailable'
}

const find = (type: string, directories: readonly string[]): string => {
  for (const directory of directories) {
    const path = join(directory, type)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // The next directory may have it.
    }
  }
  throw new EngineError('unavailable', `CNI plugin ${type} is not in ${directories.join(' or ')}`, {
    hint: 'install containernetworking-plugins'
  })
}

/** Words of the reference plugins for conditions that have codes of ours. */
const conditions: readonly (readonly [RegExp, ErrorCode, string?])[] = [
  [
    /executable file not found|"?iptables"?.*not found|no iptables/i,
    'unavailable',
    'install iptables: the reference plugins make their rules with it'
  ],
  [/no IP addresses available|no more IP/i, 'exhausted', 'remove containers, or create a network with a larger subnet'],
  [
    /requested IP address .* is not available|already allocated|duplicate allocation/i,
    'in-use',
    'choose another address, or none'
  ]
]

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 500)

const parse = (text: string): unknown => {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const failure = (type: string, exitCode: number | null, stdout: string, stderr: string): EngineError => {
  const report = (parse(stdout) ?? {}) as { code?: unknown; msg?: unknown; details?: unknown }
  const said = [report.msg, report.details].filter((part) => typeof part === 'string' && part !== '').join(': ')
  const words = oneLine(said || stderr || stdout || `exit code ${exitCode}`)
  const number = typeof report.code === 'number' ? report.code : FIRST_PLUGIN_CODE
  const [, code = codes[number] ?? 'unavailable', hint] = conditions.find(([pattern]) => pattern.test(words)) ?? []
  return new EngineError(code, `CNI plugin ${type} failed: ${words}`, hint === undefined ? {} : { hint })
}

const environmentOf = (
  { command, containerId = '', netns = '', device = '' }: PluginCall,
  directories: readonly string[]
) => ({
  ...programEnvironment(),
  CNI_COMMAND: command,
  CNI_CONTAINERID: containerId,
  CNI_NETNS: netns,
  CNI_IFNAME: device,
  CNI_ARGS: 'IgnoreUnknown=1',
  CNI_PATH: directories.join(':')
})

interface Outcome {
  readonly exitCode: number | null
  readonly killed: boolean
  readonly stdout: string
  readonly stderr: string
}

const execute = async (
  path: string,
  call: PluginCall,
  directories: readonly string[],
  { signal }: CallOptions
): Promise<Outcome> => {
  const child = spawn(path, [], { env: environmentOf(call, directories), timeout: TIMEOUT_MS, killSignal: 'SIGKILL' })
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      if (output[name].length < MOST_OUTPUT) output[name] += chunk
    })
  }
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  child.once('error', reject)
  child.once('close', (exitCode) => resolve({ ...output, exitCode, killed: child.killed }))
  // A plugin that ends before it has read everything says why by its exit.
  child.stdin.on('error', () => {}).end(JSON.stringify(call.config))
  try {
    return await promise
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

const throwIfAborted = (type: string, { signal }: CallOptions): void => {
  if (signal?.aborted === true)
    throw new EngineError('aborted', `CNI plugin ${type} did not finish: the call was cancelled`, {
      cause: signal.reason
    })
}

/** Runs plugins as programs (CNI specification, section 2): parameters by environment, configuration by standard input. */
export const pluginRunner = (directories: readonly string[]): PluginRunner => ({
  async run(call, options = {}) {
    const { type, command } = call
    throwIfAborted(type, options)
    const { exitCode, killed, stdout, stderr } = await execute(find(type, directories), call, directories, options)
    throwIfAborted(type, options)
    if (killed)
      throw new EngineError('timeout', `CNI plugin ${type} did not finish ${command} within ${TIMEOUT_MS / 1000} s`)
    if (exitCode !== 0) throw failure(type, exitCode, stdout, stderr)
    const answer = parse(stdout)
    if (answer === undefined && stdout.trim() !== '')
      throw new EngineError('corrupt', `CNI plugin ${type} gave an answer that is not JSON`)
    return answer
  }
})
