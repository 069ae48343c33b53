import { spawn } from 'node:child_process'
import { EngineError, type CallOptions } from '@runcible/interface'
import { mountTree, unmountTree } from '@runcible/linux'
import { mountedFolder, type Context } from './context.ts'
import { volumeError } from './errors.ts'
import type { VolumeSource } from './volume-options.ts'

type MountSource = Extract<VolumeSource, { readonly kind: 'mount' }>

/** Milliseconds that mount(8) may take: a server that does not answer must not hold up a start for ever. */
const deadline = 60_000
const longestMessage = 2000

/** The kernel mounts these by itself; others may need a helper of mount(8), such as mount.nfs. */
const plainTypes: ReadonlySet<string> = new Set(['bind', 'tmpfs'])

const dataPoint = (context: Context, name: string) => `${mountedFolder(context, name)}/_data`

/** Mounts the volume's file system unless it is mounted. The caller holds the volume's lock. */
export async function mountSource(
  context: Context,
  name: string,
  source: MountSource,
  options: CallOptions
): Promise<void> {
  const target = dataPoint(context, name)
  if (context.linux.mount.isMountPoint(target)) return
  try {
    if (plainTypes.has(source.type))
      mountTree(context.linux, target, [{ type: source.type, source: source.device, options: source.options }])
    else await runMount(name, source, target, options.signal)
  } catch (error) {
    unmountTree(context.linux, target)
    throw volumeError(error, name, `mounting ${source.device} for`)
  }
}

/** No error when it is not mounted. */
export function unmountSource(context: Context, name: string): void {
  try {
    unmountTree(context.linux, dataPoint(context, name))
  } catch (error) {
    throw volumeError(error, name, 'unmounting')
  }
}

async function runMount(
  name: string,
  { type, device, options }: MountSource,
  target: string,
  signal?: AbortSignal
): Promise<void> {
  const limit = AbortSignal.timeout(deadline)
  const args = ['-t', type, ...(options.length > 0 ? ['-o', options.join(',')] : []), '--', device, target]
  const child = spawn('mount', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    killSignal: 'SIGKILL'
  })
  let message = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (message = (message + text).slice(0, longestMessage)))
  const status = await new Promise<number | Error>((resolve) => {
    child.on('error', resolve)
    child.on('close', (code) => resolve(code ?? 1))
  })
  if (status === 0) return
  const subject = { kind: 'volume', name } as const
  if (signal?.aborted) throw new EngineError('aborted', `mounting volume ${name} was stopped`, { subject })
  if (limit.aborted)
    throw new EngineError('timeout', `mounting ${device} for volume ${name} took over ${deadline / 1000} s`, {
      subject
    })
  const why = status instanceof Error ? status.message : firstLine(message) || `mount ended with ${status}`
  throw new EngineError('unavailable', `cannot mount ${device} for volume ${name}: ${redacted(why, options)}`, {
    subject
  })
}

const firstLine = (text: string) => text.trim().split('\n', 1)[0] ?? ''

/** mount(8) may repeat its options, and they may hold a password. */
function redacted(text: string, options: readonly string[]): string {
  const secrets = options.flatMap(
    (option) => /^(?:pass|password|cred|credentials|secret)=(.+)$/.exec(option)?.[1] ?? []
  )
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}
