import { execFile } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  buildRuntimeSpec,
  capabilitiesFromMask,
  serializeSpec,
  type CgroupMode,
  type HostRlimits,
  type SpecInput
} from '../../src/index.ts'

const run = promisify(execFile)

/** What this process may hand on, read from the kernel. */
export function readHost(): {
  readonly capabilities: readonly string[]
  readonly rlimits: HostRlimits
  readonly cgroupMode: CgroupMode
} {
  const capabilities = capabilitiesFromMask(
    /^CapBnd:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  )
  const nofile = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  const cgroupMode = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? 'v2'
    : existsSync('/sys/fs/cgroup/unified')
      ? 'hybrid'
      : 'v1'
  const hard = { RLIMIT_NOFILE: nofile === 'unlimited' ? Infinity : Number(nofile) }
  return { capabilities, cgroupMode, rlimits: { hard, mayRaise: capabilities.includes('CAP_SYS_RESOURCE') } }
}

export interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one container of a busybox root with `runc run` and removes every trace of it. */
export async function runContainer(args: readonly string[], more: Partial<SpecInput> = {}): Promise<Output> {
  const folder = mkdtempSync(join(tmpdir(), 'oci-spec-'))
  const id = folder.split('/').at(-1) ?? ''
  const host = readHost()
  try {
    makeRootfs(join(folder, 'rootfs'))
    const spec = buildRuntimeSpec({
      rootfs: { path: 'rootfs' },
      args,
      env: ['PATH=/bin'],
      cwd: '/',
      user: { uid: 0, gid: 0 },
      hostname: 'box',
      boundingCapabilities: host.capabilities,
      hostRlimits: host.rlimits,
      cgroupMode: host.cgroupMode,
      cgroupsPath: `/${id}`,
      ...more
    })
    writeFileSync(join(folder, 'config.json'), serializeSpec(spec))
    return await runc(folder, id)
  } finally {
    await run('runc', ['--root', join(folder, 'state'), 'delete', '--force', id], { timeout: 30_000 })
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runc(folder: string, id: string): Promise<Output> {
  const child = run('runc', ['--root', join(folder, 'state'), 'run', '--bundle', folder, id], { timeout: 30_000 })
  child.child.stdin?.end()
  try {
    return { code: 0, ...(await child) }
  } catch (error) {
    const { code, stdout, stderr } = error as Output & Error
    if (typeof code !== 'number') throw error
    return { code, stdout, stderr }
  }
}

function makeRootfs(rootfs: string): void {
  mkdirSync(join(rootfs, 'bin'), { recursive: true })
  copyFileSync('/bin/busybox', join(rootfs, 'bin/busybox'))
  chmodSync(join(rootfs, 'bin/busybox'), 0o755)
  symlinkSync('busybox', join(rootfs, 'bin/sh'))
}
