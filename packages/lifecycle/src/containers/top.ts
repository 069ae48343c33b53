import { readFileSync } from 'node:fs'
import type { CallOptions } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import type { ExecParts } from './exec.ts'
import { requireRunning } from './require-running.ts'
import { readUserFile } from './rootfs-setup.ts'
import { userNames } from './user.ts'

/** Clock ticks per second in /proc/PID/stat; fixed for user space on every Linux architecture: proc(5), USER_HZ. */
const ticksPerSecond = 100

const titles = ['USER', 'PID', 'PPID', '%CPU', 'ELAPSED', 'TTY', 'TIME', 'COMMAND'] as const

/** A row per process of a container, titles first. User and process ids are those inside the container. */
export async function topContainer(
  parts: ExecParts,
  name: string,
  options: CallOptions = {}
): Promise<readonly (readonly string[])[]> {
  return withContainer(parts, name, options, async (record) => {
    const task = await requireRunning(parts, record, 'list the processes of')
    const pids = await task.pids()
    await using rootfs = await parts.rootfs.open({ pid: record.pid }, { readonly: true })
    const users = userNames(await readUserFile(rootfs, '/etc/passwd'))
    const inside = new Map(pids.map((pid) => [pid, innerPid(pid)]))
    return [titles, ...pids.flatMap((pid) => row(pid, inside, users) ?? [])]
  })
}

const readProc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // The process ended while it was looked at.
    return undefined
  }
}

function statusField(pid: number, field: string): readonly string[] {
  const line = readProc(pid, 'status')
    ?.split('\n')
    .find((text) => text.startsWith(`${field}:`))
  return (
    line
      ?.slice(field.length + 1)
      .trim()
      .split(/\s+/) ?? []
  )
}

/** The id in the innermost pid namespace. */
const innerPid = (pid: number) => statusField(pid, 'NSpid').at(-1) ?? String(pid)

function row(
  pid: number,
  inside: ReadonlyMap<number, string>,
  users: ReadonlyMap<string, string>
): readonly (readonly string[])[] | undefined {
  const stat = readProc(pid, 'stat')
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  if (stat === undefined) return undefined
  // The command in parentheses may hold spaces and parentheses; fields count from behind the last one.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [, parent = 0, , , tty = 0] = fields
  const used = ((fields[11] ?? 0) + (fields[12] ?? 0)) / ticksPerSecond
  const elapsed = Math.max(0, uptime - (fields[19] ?? 0) / ticksPerSecond)
  const [uid = '?'] = statusField(pid, 'Uid')
  return [
    [
      users.get(uid) ?? uid,
      inside.get(pid) ?? String(pid),
      inside.get(parent) ?? '0',
      (elapsed > 0 ? (used / elapsed) * 100 : 0).toFixed(3),
      duration(elapsed),
      tty === 0 ? '?' : `pts/${tty & 0xff}`,
      duration(used),
      commandOf(pid, stat)
    ]
  ]
}

/** Whole seconds as Go prints a duration: `1h2m3s`. */
function duration(seconds: number): string {
  const whole = Math.floor(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return `${hours}h${minutes}m${rest}s`
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`
}

function commandOf(pid: number, stat: string): string {
  const line = readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim()
  return line || `[${stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))}]`
}
