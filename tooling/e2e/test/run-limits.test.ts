import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const run = (...args: readonly string[]): Promise<string> => box.ok('run', '--rm', '--network', 'none', ...args)

/** A file of the control group of a process, where the host has it: cgroup v1 by controller, or v2. */
function groupFile(pid: string, controller: string, v1: string, v2: string): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n')
  const group = (name: string): string | undefined =>
    lines.find((line) => line.split(':')[1]?.split(',').includes(name))?.split(':')[2]
  const old = group(controller)
  const file = old === undefined ? `/sys/fs/cgroup${group('')}/${v2}` : `/sys/fs/cgroup/${controller}${old}/${v1}`
  expect(existsSync(file)).toBe(true)
  return readFileSync(file, 'utf8').trim()
}

describe('limits', () => {
  test('--memory, --pids-limit and --cpus are those of the control group', async () => {
    const name = 'limited'
    const limits = ['--memory', '64m', '--pids-limit', '33', '--cpus', '0.5']
    await box.ok('run', '-d', '--name', name, '--network', 'none', ...limits, box.image, 'sleep', '1000')
    const pid = await box.ok('inspect', '-f', '{{.State.Pid}}', name)
    expect(groupFile(pid, 'memory', 'memory.limit_in_bytes', 'memory.max')).toBe(String(64 * 1024 * 1024))
    expect(groupFile(pid, 'pids', 'pids.max', 'pids.max')).toBe('33')
    expect(groupFile(pid, 'cpu', 'cpu.cfs_quota_us', 'cpu.max')).toMatch(/^50000\b/)
    await box.ok('rm', '-f', '-t', '0', name)
  })

  test('too many processes are refused', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait'
    const { exitCode, stderr } = await box.run(['run', '--rm', '--pids-limit', '4', ...box.sh(script)])
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(/can't fork|Resource temporarily unavailable/)
  })

  test('--ulimit', async () => {
    expect(
      await run('--ulimit', 'nofile=100:200', '--ulimit', 'nproc=64:64', ...box.sh('ulimit -Sn; ulimit -Hn'))
    ).toBe('100\n200')
  })

  test('--shm-size', async () => {
    expect(await run('--shm-size', '2m', box.image, 'grep', ' /dev/shm ', '/proc/mounts')).toMatch(/size=2048k/)
  })

  test('--sysctl', async () => {
    expect(await run('--sysctl', 'net.core.somaxconn=77', box.image, 'cat', '/proc/sys/net/core/somaxconn')).toBe('77')
  })

  test.for(['12x', '-5'])('--memory %s is an error', async (memory) => {
    await box.fails(125, 'run', '--rm', `--memory=${memory}`, box.image, 'true')
  })
})

describe('rights', () => {
  const capabilities = async (...args: readonly string[]): Promise<bigint> =>
    BigInt(`0x${(await run(...args, box.image, 'grep', 'CapBnd', '/proc/self/status')).split(/\s+/)[1]}`)
  const has = (set: bigint, bit: number): boolean => ((set >> BigInt(bit)) & 1n) === 1n
  const chown = 0
  const netRaw = 13
  const sysAdmin = 21

  test('the default set', async () => {
    const set = await capabilities()
    expect([has(set, chown), has(set, sysAdmin)]).toEqual([true, false])
  })

  oursOnly('raw sockets are not in the default set', async () => {
    expect(has(await capabilities(), netRaw)).toBe(false)
  })

  test('--cap-drop and --cap-add', async () => {
    expect(await capabilities('--cap-drop', 'all')).toBe(0n)
    expect(has(await capabilities('--cap-drop', 'CHOWN'), chown)).toBe(false)
    expect(has(await capabilities('--cap-add', 'net_raw'), netRaw)).toBe(true)
  })

  test('an unknown capability is an error', async () => {
    expect(await box.fails(125, 'run', '--rm', '--cap-add', 'fly', box.image, 'true')).toMatch(/fly/i)
  })

  test('--privileged', async () => {
    expect(has(await capabilities('--privileged'), sysAdmin)).toBe(true)
    const line = await run('--privileged', box.image, 'grep', ' /sys ', '/proc/mounts')
    expect(line).toMatch(/ rw[, ]/)
  })

  test('the kernel’s settings are out of reach', async () => {
    const { stderr, exitCode } = await box.run(['run', '--rm', ...box.sh('echo x > /proc/sys/kernel/hostname')])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/Read-only file system/)
  })

  test('--security-opt no-new-privileges', async () => {
    const line = await run('--security-opt', 'no-new-privileges', box.image, 'grep', 'NoNewPrivs', '/proc/self/status')
    expect(line).toMatch(/1$/)
  })
})
