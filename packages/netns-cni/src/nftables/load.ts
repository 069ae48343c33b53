import { spawn } from 'node:child_process'
import { EngineError } from '@runcible/interface'

const TIMEOUT_MS = 10_000
const MOST_OUTPUT = 4096
/** An ordinary user's PATH lacks the directories of administration. */
const environment = () => ({ PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' })

const missing = (cause: unknown): EngineError =>
  new EngineError('unavailable', 'cannot set up the network: nft is not installed', { hint: 'install nftables', cause })

/** Runs `nft -f -` on a script: one transaction. @throws EngineError `unavailable`, `permission-denied`, `timeout` */
export const loadRules = async (script: string): Promise<void> => {
  const child = spawn('nft', ['-f', '-'], { env: environment(), stdio: ['pipe', 'ignore', 'pipe'], timeout: TIMEOUT_MS, killSignal: 'SIGKILL' })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (output.length < MOST_OUTPUT) output += chunk
  })
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; killed: boolean }>()
  child.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? missing(error) : error))
  child.once('close', (code) => resolve({ code, killed: child.killed }))
  // A child that is gone before it has read everything says why by its exit.
  child.stdin.on('error', () => {}).end(script)
  const { code, killed } = await promise
  if (killed) throw new EngineError('timeout', `nft did not finish within ${TIMEOUT_MS / 1000} s`)
  if (code !== 0) {
    const [line = `exit code ${code}`] = output.split('\n').filter((text) => text.trim() !== '')
    const reason = /permission|permitted/i.test(line) ? 'permission-denied' : 'unavailable'
    throw new EngineError(reason, `nft refused the rules: ${line.trim()}`, { hint: 'see what the kernel offers with: nft list ruleset' })
  }
}
