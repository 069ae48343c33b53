import { existsSync, globSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { isPodman, oursOnly, useSandbox } from '../src/index.ts'

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

describe('update', () => {
  const parent = 'e2e-parent'
  afterAll(() => {
    for (const group of globSync(`/sys/fs/cgroup/{*/,}${parent}{/*,}`).toSorted().toReversed())
      if (statSync(group).isDirectory()) rmdirSync(group)
  })

  const blockDevice = readdirSync('/dev').find((name) => statSync(`/dev/${name}`).isBlockDevice())

  oursOnly('changes the limits of a running container, and its later starts', async () => {
    const name = 'updated'
    const pidOf = (): Promise<string> => box.ok('inspect', '-f', '{{.State.Pid}}', name)
    const limits = async (): Promise<readonly string[]> => {
      const pid = await pidOf()
      return [
        groupFile(pid, 'memory', 'memory.limit_in_bytes', 'memory.max'),
        groupFile(pid, 'pids', 'pids.max', 'pids.max'),
        groupFile(pid, 'cpu', 'cpu.cfs_quota_us', 'cpu.max').split(' ')[0]!
      ]
    }
    await box.ok('run', '-d', '--name', name, '--network', 'none', '-m', '64m', box.image, 'sleep', '1000')
    const id = await box.ok('inspect', '-f', '{{.Id}}', name)
    const wanted = [String(96 * 1024 * 1024), '44', '150000']
    expect(await box.ok('update', '-m', '96m', '--pids-limit', '44', '--cpus', '1.5', name)).toBe(id)
    expect(await limits()).toEqual(wanted)
    await box.ok('restart', '-t', '0', name)
    expect(await limits()).toEqual(wanted)
    await box.ok('rm', '-f', '-t', '0', name)
  })

  oursOnly('changes restart policy and environment', async () => {
    const name = 'changed'
    await box.ok('create', '--name', name, '--network', 'none', '-e', 'A=1', '-e', 'B=1', ...box.sh('echo $A-$B'))
    await box.ok('update', '--restart', 'on-failure:2', '-e', 'A=2', '--unsetenv', 'B', '--ulimit', 'nofile=77', name)
    expect(await box.ok('inspect', '-f', '{{json .HostConfig.RestartPolicy}}', name)).toBe(
      '{"Name":"on-failure","MaximumRetryCount":2}'
    )
    expect(await box.ok('start', '-a', name)).toBe('2-')
    await box.ok('rm', name)
  })

  oursOnly('changes nothing when it is refused', async () => {
    const name = 'refused'
    await box.ok('create', '--name', name, '--network', 'none', '-m', '64m', box.image, 'true')
    await box.fails(125, 'update', '-m', '64m', '--memory-swap', '1m', name)
    await box.fails(125, 'update', '--device-read-bps', '/dev/null:1m', name)
    await box.fails(125, 'update', '--no-such-limit', '1', name)
    expect(await box.ok('inspect', '-f', '{{.HostConfig.MemorySwap}}', name)).toBe(String(128 * 1024 * 1024))
    await box.ok('rm', name)
  })

  test.runIf(blockDevice !== undefined)('limits of a block device', async () => {
    const name = 'throttled'
    const path = `/dev/${blockDevice}`
    const limit = async (): Promise<string> =>
      groupFile(
        await box.ok('inspect', '-f', '{{.State.Pid}}', name),
        'blkio',
        'blkio.throttle.read_bps_device',
        'io.max'
      )
    const flags = ['--device-read-bps', `${path}:1mb`, '--network', 'none']
    await box.ok('run', '-d', '--name', name, ...flags, box.image, 'sleep', '1000')
    expect(await limit()).toMatch(/1048576/)
    if (!isPodman) {
      expect(await box.ok('inspect', '-f', '{{json .HostConfig.BlkioDeviceReadBps}}', name)).toBe(
        `[{"Path":"${path}","Rate":1048576}]`
      )
      await box.ok('update', '--device-read-bps', `${path}:2mb`, name)
      expect(await limit()).toMatch(/2097152/)
    }
    await box.ok('rm', '-f', '-t', '0', name)
  })

  test('--cgroup-parent', async () => {
    const name = 'below'
    await box.ok(
      'run',
      '-d',
      '--name',
      name,
      '--network',
      'none',
      '--cgroup-parent',
      `/${parent}`,
      box.image,
      'sleep',
      '1000'
    )
    const pid = await box.ok('inspect', '-f', '{{.State.Pid}}', name)
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(`:/${parent}/`)
    await box.ok('rm', '-f', '-t', '0', name)
  })

  test.runIf(blockDevice !== undefined)('--device-cgroup-rule', async () => {
    const { rdev } = statSync(`/dev/${blockDevice}`)
    const [major, minor] = [(rdev >> 8) & 0xfff, rdev & 0xff]
    const args = [
      '--cap-add',
      'MKNOD',
      ...box.sh(`mknod /dev/block0 b ${major} ${minor} && : </dev/block0 && echo allowed`)
    ]
    expect(await run('--device-cgroup-rule', `b ${major}:* rm`, ...args)).toBe('allowed')
    const { exitCode } = await box.run(['run', '--rm', '--network', 'none', ...args])
    expect(exitCode).not.toBe(0)
  })

  oursOnly('--cgroup-conf on cgroup v1, and what is not supported', async () => {
    const unified = !existsSync('/sys/fs/cgroup/memory')
    if (!unified) await box.fails(125, 'run', '--rm', '--cgroup-conf', 'memory.high=1G', box.image, 'true')
    await box.fails(125, 'run', '--rm', '--cgroups=disabled', box.image, 'true')
    await box.fails(125, 'run', '--rm', '--cgroup-parent', '../x', box.image, 'true')
  })
})
