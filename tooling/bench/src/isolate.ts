import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const mark = 'RUNCIBLE_BENCH_ISOLATED'

/** Whether this process runs where `isolated` put it. */
export const isIsolated = (): boolean => process.env[mark] === '1'

/**
 * Runs this program again in a network and a mount namespace of its own: bridges, rules and mounts of all engines go
 * away with it, and none of them meets those of the host. Returns the exit code.
 */
export function isolated(): Promise<number> {
  const script = 'ip link set lo up && exec "$@"'
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const child = spawn('unshare', ['--net', '--mount', 'sh', '-c', script, 'sh', ...again], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: '1' }
  })
  // The child cleans up and ends; that a terminal has told it already does no harm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
