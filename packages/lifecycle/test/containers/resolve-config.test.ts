import { describe, expect, it } from 'vitest'
import { isEngineError, type ContainerSpec } from '@runcible/interface'
import { fakeEngine } from '../support/fake-engine.ts'
import { configOf } from '../support/values.ts'

const code = (action: () => unknown) => {
  try {
    action()
  } catch (error) {
    return isEngineError(error) ? error.code : error
  }
  return 'no error'
}

describe('command', () => {
  const run = { Entrypoint: ['/entry'], Cmd: ['serve', '-v'] }
  it.each([
    [{}, ['/entry', 'serve', '-v']],
    [{ command: ['once'] }, ['/entry', 'once']],
    [{ entrypoint: ['/other'] }, ['/other']],
    [{ entrypoint: ['/other'], command: ['x'] }, ['/other', 'x']],
    [{ entrypoint: [], command: ['x'] }, ['x']]
  ])('of %j', (spec, args) => expect(configOf(spec, run).args).toEqual(args))

  it('must not be empty', () => {
    expect(code(() => configOf({}, {}))).toBe('invalid-argument')
    expect(code(() => configOf({ entrypoint: [] }, run))).toBe('invalid-argument')
  })
})

describe('environment', () => {
  it('is the defaults, then the image, then the user', () => {
    const { env } = configOf(
      { env: { A: 'user', EMPTY: '' } },
      { Cmd: ['sh'], Env: ['PATH=/image', 'A=image', 'B=image'] }
    )
    expect(env).toEqual(['PATH=/image', 'container=oci', 'A=user', 'B=image', 'EMPTY='])
  })
  it('drops what is to be unset, and imports nothing from an entry without a value', () => {
    const { env } = configOf({ unsetEnv: ['B'] }, { Cmd: ['sh'], Env: ['B=1', 'HOST_SECRET', '*', '=x'] })
    expect(env).toEqual(['PATH=/usr/bin:/bin', 'container=oci'])
  })
  it('has TERM only with a terminal', () => {
    expect(configOf({ tty: true }).env).toContain('TERM=xterm')
    expect(configOf().env.some((entry) => entry.startsWith('TERM='))).toBe(false)
  })
})

describe('names and places', () => {
  it('takes the hostname asked for, else the short id, else the host', () => {
    expect(configOf({ hostname: 'web.example' }).hostname).toBe('web.example')
    expect(configOf().hostname).toBe('0123456789ab')
    expect(configOf({ network: { mode: 'host' } }).hostname).toBe('host.example')
    expect(configOf({ uts: { mode: 'host' } }).hostname).toBe('host.example')
  })
  it("refuses a hostname that cannot be, or that would be the host's", () => {
    expect(code(() => configOf({ hostname: 'a\n127.0.0.1 b' }))).toBe('invalid-argument')
    expect(code(() => configOf({ hostname: 'web', uts: { mode: 'host' } }))).toBe('invalid-argument')
  })
  it('normalises the working directory and refuses a relative one', () => {
    expect(configOf({ workdir: '/a/../../b' }).workdir).toBe('/b')
    expect(configOf({}, { Cmd: ['sh'], WorkingDir: '' }).workdir).toBe('/')
    expect(code(() => configOf({ workdir: 'a' }))).toBe('invalid-argument')
  })
})

describe('mounts', () => {
  it('adds an anonymous volume for each VOLUME of the image that the user has not covered', () => {
    const { mounts } = configOf(
      { mounts: [{ type: 'volume', source: 'data', target: '/data/', options: [] }] },
      { Cmd: ['sh'], Volumes: { '/data': {}, '/cache': {} } }
    )
    expect(mounts).toEqual([
      {
        type: 'volume',
        source: 'data',
        target: '/data',
        options: ['rbind', 'rprivate'],
        copyUp: true,
        anonymous: false
      },
      { type: 'volume', target: '/cache', options: ['rbind', 'rprivate'], copyUp: true, anonymous: true }
    ])
  })
  it('mounts a parent before what lies in it', () => {
    const mount = (target: string) => ({ type: 'tmpfs', target, options: [] }) as const
    expect(
      configOf({ mounts: [mount('/a/b/c'), mount('/a'), mount('/a/b')] }).mounts.map(({ target }) => target)
    ).toEqual(['/a', '/a/b', '/a/b/c'])
  })
  it('refuses two mounts at one place, and places that are none', () => {
    const mount = (target: string) => ({ type: 'tmpfs', target, options: [] }) as const
    expect(code(() => configOf({ mounts: [mount('/a'), mount('/a/')] }))).toBe('invalid-argument')
    for (const target of ['/', 'a', '/..', ''])
      expect(code(() => configOf({ mounts: [mount(target)] }))).toBe('invalid-argument')
  })
})

describe('ports', () => {
  it('publishes every exposed port that is not published yet', () => {
    const { ports, exposedPorts } = configOf(
      {
        publishAll: true,
        expose: ['90-91/udp'],
        ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', range: 1 }]
      },
      { Cmd: ['sh'], ExposedPorts: { '80/tcp': {}, '443/tcp': {} } }
    )
    expect(exposedPorts).toEqual(['80/tcp', '443/tcp', '90/udp', '91/udp'])
    expect(ports.map(({ hostPort, containerPort, protocol }) => `${hostPort}:${containerPort}/${protocol}`)).toEqual([
      '8080:80/tcp',
      '0:443/tcp',
      '0:90/udp',
      '0:91/udp'
    ])
  })
  it('needs a network to publish on', () => {
    const ports = [{ hostPort: 1, containerPort: 1, protocol: 'tcp', range: 1 }] as const
    expect(code(() => configOf({ ports, network: { mode: 'none' } }))).toBe('invalid-argument')
    expect(configOf({ ports, network: { mode: 'host' } }).ports).toEqual([])
  })
  it('refuses ports that are none', () => {
    for (const expose of ['0', '65536', '9-8', '80/icmp', 'x', ''])
      expect(code(() => configOf({ expose: [expose] }))).toBe('invalid-argument')
    const ports = [{ hostPort: 65_535, containerPort: 1, protocol: 'tcp', range: 2 }] as const
    expect(code(() => configOf({ ports }))).toBe('invalid-argument')
  })
})

describe('resources', () => {
  it('turns CPUs into a quota and gives swap twice the memory', () => {
    expect(configOf({ resources: { cpus: 1.5, memory: 1024 } }).resources).toEqual({
      memory: { limit: 1024, swap: 2048 },
      cpu: { period: 100_000, quota: 150_000 },
      pids: { limit: 2048 }
    })
  })
  it('refuses two ways to say the same', () => {
    expect(code(() => configOf({ resources: { cpus: 1, cpuQuota: 5 } }))).toBe('invalid-argument')
  })
})

it("merges labels, the user's over the image's, and is frozen", () => {
  const config = configOf({ labels: { a: 'user' } }, { Cmd: ['sh'], Labels: { a: 'image', b: 'image' } })
  expect(config.labels).toEqual({ a: 'user', b: 'image' })
  expect(Object.isFrozen(config)).toBe(true)
})

it('leaves the kernel parameters of shared namespaces alone', () => {
  const sysctls = { 'net.ipv4.ping_group_range': '0 0', 'kernel.msgmax': '1' }
  const namesOf = (spec: Partial<ContainerSpec>) => Object.keys(configOf(spec, { Cmd: ['sh'] }, { sysctls }).sysctls)
  expect(namesOf({})).toEqual(['net.ipv4.ping_group_range', 'kernel.msgmax'])
  expect(namesOf({ network: { mode: 'host' } })).toEqual(['kernel.msgmax'])
  expect(namesOf({ network: { mode: 'container', container: 'x' } })).toEqual(['kernel.msgmax'])
  expect(namesOf({ ipc: { mode: 'host' }, sysctls: { 'net.core.somaxconn': '5' } })).toEqual([
    'net.ipv4.ping_group_range',
    'net.core.somaxconn'
  ])
})

describe('volumes of the image', () => {
  const declaring = (count: number) => ({
    Cmd: ['sh'],
    Volumes: Object.fromEntries(Array.from({ length: count }, (_, at) => [`/v${at}`, {}]))
  })
  it('are refused when they are more than an honest image has', () => {
    expect(configOf({}, declaring(128)).mounts).toHaveLength(128)
    expect(code(() => configOf({}, declaring(129)))).toBe('exhausted')
    expect(configOf({ imageVolumes: 'ignore' }, declaring(129)).mounts).toEqual([])
  })
})

describe('stop signal', () => {
  const of = (StopSignal: string) => configOf({}, { Cmd: ['sh'], StopSignal }).stopSignal
  it.each(['SIGQUIT', 'quit', '9', 'SIGRTMIN+3', 'RTMAX-1'])('of the image: %s', (text) => expect(of(text)).toBe(text))
  it.each(['', 'SIGFOO; rm -rf /', '-9', '0', '65', '99999', 'RTMIN+31', '__proto__'])('is not %j', (text) => {
    expect(of(text)).toBe('SIGTERM')
    expect(code(() => configOf({ stopSignal: text }))).toBe('invalid-argument')
  })
})

it('merges variables with those of the image', () => {
  const run = { Cmd: ['sh'], Env: ['A=1', 'B=2'] }
  const merged = configOf({ envMerge: { A: '${A}-$B-${C}.', D: '4' }, env: { D: '5' } }, run)
  expect(merged.env).toEqual(['PATH=/usr/bin:/bin', 'container=oci', 'A=1-2-.', 'B=2', 'D=5'])
})

it('leaves out every variable that was not asked for', () => {
  const config = configOf({ unsetEnvAll: true, env: { D: '5' } }, { Cmd: ['sh'], Env: ['A=1'] })
  expect(config.env).toEqual(['D=5'])
})

describe('volumes of other containers', () => {
  const mount = (target: string) => ({ type: 'volume' as const, source: target.slice(1), target, options: ['rw'] })

  it('give way to mounts of its own, and come before those of the image', async () => {
    await using bench = await fakeEngine()
    const { containers } = bench.engine
    const { image } = bench
    await containers.create({
      image,
      name: 'first',
      mounts: [mount('/a'), mount('/b'), { type: 'tmpfs', target: '/t', options: [] }]
    })
    const other = { ...mount('/b'), source: 'other' }
    const { config } = await containers.create({
      image,
      mounts: [other],
      volumesFrom: [{ container: 'first', readOnly: true }]
    })
    expect(
      config.mounts.map((one) => [one.target, one.type === 'volume' && one.source, one.options.includes('ro')])
    ).toEqual([
      ['/b', 'other', false],
      ['/a', 'a', true]
    ])
    expect(config.volumesFrom).toEqual(['first:ro'])
    await expect(containers.create({ image, volumesFrom: [{ container: 'nobody' }] })).rejects.toMatchObject({
      code: 'not-found'
    })
  })
})
