import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('resource flags', () => {
  it('become limits', () => {
    expect(
      specOf(
        '-m',
        '100m',
        '--memory-reservation',
        '1.5g',
        '--memory-swap',
        '-1',
        '--cpus',
        '1.5',
        '-c',
        '512',
        '--cpuset-cpus',
        '0-2,4',
        '--cpuset-mems',
        '0',
        '--pids-limit',
        '0',
        '--oom-score-adj',
        '-500',
        '--oom-kill-disable'
      )
    ).toEqual({
      resources: {
        memory: 104_857_600,
        memoryReservation: 1_610_612_736,
        memorySwap: -1,
        cpus: 1.5,
        cpuShares: 512,
        cpusetCpus: '0-2,4',
        cpusetMems: '0',
        pidsLimit: -1,
        oomScoreAdj: -500,
        oomKillDisable: true
      }
    })
    expect(specOf('--cpu-period', '100000', '--cpu-quota', '50000')).toEqual({
      resources: { cpuPeriod: 100_000, cpuQuota: 50_000 }
    })
  })

  it('limit block devices, swapping and real time', () => {
    expect(
      specOf(
        '--blkio-weight=300',
        '--blkio-weight-device=/dev/vda:200',
        '--device-read-bps=/dev/vda:1mb',
        '--device-read-iops=/dev/vda:100',
        '--device-write-bps=/dev/vda:2m',
        '--device-write-iops=/dev/vdb:50',
        '--memory-swappiness=40',
        '--cpu-rt-period=1000000',
        '--cpu-rt-runtime=950000',
        '--cgroup-conf=memory.high=1G,pids.max=5'
      )
    ).toEqual({
      resources: {
        blkioWeight: 300,
        blkioWeightDevices: [{ path: '/dev/vda', value: 200 }],
        deviceReadBps: [{ path: '/dev/vda', value: 1_048_576 }],
        deviceReadIops: [{ path: '/dev/vda', value: 100 }],
        deviceWriteBps: [{ path: '/dev/vda', value: 2_097_152 }],
        deviceWriteIops: [{ path: '/dev/vdb', value: 50 }],
        memorySwappiness: 40,
        cpuRealtimePeriod: 1_000_000,
        cpuRealtimeRuntime: 950_000,
        unified: { 'memory.high': '1G', 'pids.max': '5' }
      }
    })
  })

  it('say where the control group is and what devices it allows', () => {
    expect(
      specOf(
        '--cgroup-parent',
        '/mine',
        '--cgroups=no-conmon',
        '--device-cgroup-rule',
        'c 42:* rwm',
        '--device-cgroup-rule=a *:* r'
      )
    ).toEqual({
      cgroupParent: '/mine',
      deviceCgroupRules: [
        { allow: true, type: 'c', major: 42, access: 'rwm' },
        { allow: true, type: 'a', access: 'r' }
      ]
    })
  })

  it.each([
    [['--blkio-weight=5'], /not from 10 to 1000/],
    [['--blkio-weight-device=/dev/vda:1001'], /not from 10 to 1000/],
    [['--device-read-bps=vda:1m'], /not \/dev\/name:value/],
    [['--device-read-iops=/dev/vda:1m'], /not a count/],
    [['--memory-swappiness=101'], /above 100/],
    [['--cgroups=disabled'], /not supported/],
    [['--cgroups=x'], /not enabled or no-conmon/],
    [['--cgroup-conf=x'], /not name=value/],
    [['--device-cgroup-rule=c 1:3 rr'], /not a rule/],
    [['--device-cgroup-rule=x 1:3 r'], /not a rule/]
  ])('refuse %j', (flags, message) => {
    expect(() => specOf(...flags)).toThrow(message)
  })

  it('become ulimits and kernel parameters', () => {
    const spec = specOf(
      '--ulimit',
      'nofile=1024:2048',
      '--ulimit',
      'RLIMIT_CORE=0',
      '--ulimit',
      'memlock=unlimited',
      '--sysctl',
      'net.core.somaxconn=10'
    )
    expect(spec.ulimits).toEqual([
      { name: 'nofile', soft: 1024, hard: 2048 },
      { name: 'core', soft: 0, hard: 0 },
      { name: 'memlock', soft: -1, hard: -1 }
    ])
    expect({ ...spec.sysctls }).toEqual({ 'net.core.somaxconn': '10' })
  })

  it('refuse what cannot be meant', () => {
    const cases: readonly (readonly [string[], string])[] = [
      [['-m', 'abc'], 'invalid value for --memory: "abc" is not a size'],
      [['-m', '-1'], 'not a size'],
      [['--cpus', '1', '--cpu-quota', '5'], '--cpus excludes'],
      [['--cpus', '-1'], 'below 0'],
      [['--cpu-shares', 'x'], 'not a whole number'],
      [['--cpuset-cpus', 'a'], 'not a list'],
      [['--pids-limit', '-2'], 'below -1'],
      [['--oom-score-adj', '1001'], 'above 1000'],
      [['--ulimit', 'x'], 'not name=soft[:hard]'],
      [['--ulimit', 'foo=1'], 'unknown limit "foo"'],
      [['--ulimit', 'nofile=5:4'], 'soft limit is above'],
      [['--ulimit', 'nofile=-1:4'], 'soft limit is above'],
      [['--sysctl', 'a'], 'not name=value']
    ]
    for (const [argv, message] of cases) expect(() => specOf(...argv), argv.join(' ')).toThrow(message)
  })
})
