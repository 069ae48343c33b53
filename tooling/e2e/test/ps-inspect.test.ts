import { beforeAll, describe, expect, test } from 'vitest'
import { useSandbox } from '../src/index.ts'

const box = useSandbox()
let id = ''

beforeAll(async () => {
  const flags = ['--label', 'team=red', '-e', 'X=1', '-p', '127.0.0.1:18099:80', '-v', 'data:/data']
  id = await box.ok('run', '-d', '--name', 'main', ...flags, box.image, 'sleep', '1000')
  await box.ok('create', '--name', 'second', '--label', 'team=blue', box.image, 'true')
})

describe('ps', () => {
  test('shows what runs, -a everything', async () => {
    expect(await box.ok('ps', '--format', '{{.Names}}')).toBe('main')
    expect((await box.ok('ps', '-a', '--format', '{{.Names}}')).split('\n').toSorted()).toEqual(['main', 'second'])
  })

  test('the table', async () => {
    const [head, line = ''] = (await box.ok('ps')).split('\n')
    expect(head).toMatch(/^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/)
    expect(line).toContain(id.slice(0, 12))
    expect(line).toMatch(/sleep 1000 +.*ago +Up .* +127\.0\.0\.1:18099->80\/tcp +main$/)
  })

  test('-q, --no-trunc, --latest, --last', async () => {
    expect(await box.ok('ps', '-q')).toBe(id.slice(0, 12))
    expect(await box.ok('ps', '-q', '--no-trunc')).toBe(id)
    expect(await box.ok('ps', '--latest', '--format', '{{.Names}}')).toBe('second')
    expect((await box.ok('ps', '--last', '5', '--format', '{{.Names}}')).split('\n')).toHaveLength(2)
  })

  test.for([
    ['name=main', 'main'],
    ['label=team=blue', 'second'],
    ['status=created', 'second'],
    ['status=running', 'main'],
    ['volume=data', 'main'],
    ['label=team', 'main second']
  ] as const)('--filter %s', async ([filter, expected]) => {
    const found = (await box.ok('ps', '-a', '--filter', filter, '--format', '{{.Names}}')).split('\n')
    expect(found.toSorted().join(' ')).toBe(expected)
  })

  test('--format json', async () => {
    const [row] = JSON.parse(await box.ok('ps', '--format', 'json'))
    expect(row).toMatchObject({
      Id: id,
      Names: ['main'],
      State: 'running',
      Image: box.image,
      Labels: { team: 'red' },
      Command: ['sleep', '1000']
    })
    expect(row.Ports).toMatchObject([{ host_port: 18099, container_port: 80, protocol: 'tcp', host_ip: '127.0.0.1' }])
    expect(row.Pid).toBeGreaterThan(1)
  })

  test('errors', async () => {
    await box.fails(125, 'ps', '--filter', 'nonsense=1')
    await box.fails(125, 'ps', '--format', '{{.Nothing}}')
    await box.fails(125, 'ps', '--format', '{{.Names')
  })
})

describe('inspect', () => {
  test('json of a container', async () => {
    const [details] = JSON.parse(await box.ok('inspect', 'main'))
    expect(details).toMatchObject({
      Id: id,
      Name: 'main',
      ImageName: box.image,
      State: { Status: 'running', Running: true, ExitCode: 0 },
      Config: { Labels: { team: 'red' }, Cmd: ['sleep', '1000'], Tty: false },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '18099' }] } },
      Mounts: [{ Type: 'volume', Name: 'data', Destination: '/data', RW: true }]
    })
    expect(details.NetworkSettings.Ports['80/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: '18099' }])
  })

  test.for([
    ['{{.Name}} {{.State.Running}}', 'main true'],
    ['{{range .Mounts}}{{.Name}}={{.Destination}} {{end}}', 'data=/data '],
    ['{{json .Config.Cmd}}', '["sleep","1000"]'],
    ['{{index .Config.Labels "team"}}', 'red'],
    ['{{len .Mounts}}', '1'],
    ['{{if eq .State.Status "running"}}up{{else}}down{{end}}', 'up'],
    ['{{printf "%s-%d" .Name .State.ExitCode}}', 'main-0'],
    ['{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', '18099']
  ] as const)('--format %s', async ([format, expected]) => {
    expect((await box.run(['inspect', '--format', format, 'main'])).stdout).toBe(`${expected}\n`)
  })

  test('finds a container by id, by a prefix and by name', async () => {
    for (const name of [id, id.slice(0, 12), id.slice(0, 5), 'main']) {
      expect(await box.ok('inspect', '--format', '{{.Id}}', '--type', 'container', name)).toBe(id)
    }
  })

  test('of several, one of them absent: the others are shown, and it fails', async () => {
    const { stdout, stderr, exitCode } = await box.run(['inspect', '--format', '{{.Name}}', 'main', 'absent'])
    expect(exitCode).toBe(125)
    expect(stdout).toBe('main\n')
    expect(stderr).toMatch(/absent/)
  })

  test('finds images, volumes and networks too', async () => {
    expect(await box.ok('inspect', '--type', 'image', '--format', '{{.Os}}', box.image)).toBe('linux')
    expect(await box.ok('inspect', '--type', 'volume', '--format', '{{.Name}}', 'data')).toBe('data')
  })

  test('an ambiguous prefix is an error', async () => {
    // 17 ids cannot all begin with another digit.
    const ids = [id, ...(await Promise.all(Array.from({ length: 16 }, () => box.ok('create', box.image, 'true'))))]
    const first =
      [...'0123456789abcdef'].find((digit) => ids.filter((other) => other.startsWith(digit)).length > 1) ?? ''
    expect(await box.fails(125, 'container', 'inspect', first)).toMatch(/more than one|multiple|ambiguous/i)
    await box.ok('rm', ...ids.slice(1))
  })
})
