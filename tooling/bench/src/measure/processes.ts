import { readdirSync, readFileSync } from 'node:fs'

const megabyte = 1024 * 1024

/** Content of a file below /proc/PID; empty when the process is gone. */
function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** Processes whose command line mentions the text. */
export function processesMentioning(text: string): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  return pids.filter((pid) => pid !== process.pid && procFile(pid, 'cmdline').includes(text))
}

/** The processes and all that descend from them. */
export function withDescendants(pids: readonly number[]): number[] {
  return pids.flatMap((pid) => [pid, ...withDescendants(childrenOf(pid))])
}

function childrenOf(pid: number): number[] {
  let threads: string[] = []
  try {
    threads = readdirSync(`/proc/${pid}/task`)
  } catch {
    // It is gone.
  }
  return threads.flatMap((thread) => procFile(pid, `task/${thread}/children`).split(' ').filter(Boolean).map(Number))
}

const kilobytesOf = (text: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)

/** Megabytes: resident, and with shared pages divided among their users. */
export function memoryOf(pid: number): { readonly rss: number; readonly pss: number } {
  const text = procFile(pid, 'smaps_rollup')
  return { rss: kilobytesOf(text, 'Rss') / 1024, pss: kilobytesOf(text, 'Pss') / 1024 }
}

/** Megabytes that the processes have resident, together. */
export function residentMemory(pids: readonly number[]): number {
  const pages = pids.map((pid) => Number(procFile(pid, 'statm').split(' ')[1] ?? 0))
  return (pages.reduce((total, count) => total + count, 0) * 4096) / megabyte
}
