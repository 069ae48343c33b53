import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { isPodman, useSandbox } from '../src/index.ts'

const box = useSandbox()

describe('volume', () => {
  test('create, ls, inspect, rm', async () => {
    expect(await box.ok('volume', 'create', '--label', 'kind=test', 'one')).toBe('one')
    expect(await box.ok('volume', 'ls')).toMatch(/^DRIVER +VOLUME NAME\nlocal +one$/)
    const [details] = JSON.parse(await box.ok('volume', 'inspect', 'one'))
    expect(details).toMatchObject({ Name: 'one', Driver: 'local', Labels: { kind: 'test' } })
    await writeFile(`${details.Mountpoint}/f`, 'by hand')
    expect(await box.ok('run', '--rm', '--network', 'none', '-v', 'one:/v', box.image, 'cat', '/v/f')).toBe('by hand')
    expect(await box.ok('volume', 'rm', 'one')).toBe('one')
    await box.fails(1, 'volume', 'rm', 'one')
  })

  test('create without a name makes one up', async () => {
    const name = await box.ok('volume', 'create')
    expect(name).toMatch(/^[0-9a-f]{64}$/)
    await box.ok('volume', 'rm', name)
  })

  test('a name in use is an error', async () => {
    await box.ok('volume', 'create', 'twice')
    expect(await box.fails(125, 'volume', 'create', 'twice')).toMatch(/twice/)
    await box.fails(125, 'volume', 'create', '../escape')
  })

  test('rm refuses what a container uses, rm -f removes the container too', async () => {
    await box.ok('create', '--name', 'user', '-v', 'used:/v', box.image, 'true')
    expect(await box.fails(2, 'volume', 'rm', 'used')).toMatch(/in use|used/)
    await box.ok('volume', 'rm', '-f', 'used')
    expect(await box.ok('volume', 'ls', '-q')).not.toMatch(/^used$/m)
  })

  test('exists, --filter and --format', async () => {
    await box.ok('volume', 'create', '--label', 'a=b', 'labelled')
    expect(await box.ok('volume', 'ls', '--filter', 'label=a=b', '--format', '{{.Name}}/{{.Driver}}')).toBe(
      'labelled/local'
    )
    expect((await box.run(['volume', 'exists', 'labelled'])).exitCode).toBe(0)
    expect((await box.run(['volume', 'exists', 'nothing'])).exitCode).toBe(1)
  })
})

describe('network', () => {
  test('create, ls, inspect, rm', async () => {
    expect(await box.ok('network', 'create', '--label', 'kind=test', '--subnet', '10.198.7.0/24', 'lan')).toBe('lan')
    expect(await box.ok('network', 'ls')).toMatch(/^NETWORK ID +NAME +DRIVER\n/)
    expect(await box.ok('network', 'ls', '--filter', 'label=kind=test', '--format', '{{.Name}} {{.Driver}}')).toBe(
      'lan bridge'
    )
    const [details] = JSON.parse(await box.ok('network', 'inspect', 'lan'))
    expect(details).toMatchObject({
      name: 'lan',
      driver: 'bridge',
      subnets: [{ subnet: '10.198.7.0/24', gateway: '10.198.7.1' }]
    })
    expect(await box.ok('network', 'rm', 'lan')).toBe('lan')
    await box.fails(1, 'network', 'rm', 'lan')
    await box.fails(125, 'network', 'inspect', 'lan')
  })

  test('errors of create', async () => {
    await box.ok('network', 'create', 'taken')
    expect(await box.fails(125, 'network', 'create', 'taken')).toMatch(/taken/)
    await box.fails(125, 'network', 'create', '--subnet', 'not-a-subnet', 'bad')
    await box.fails(125, 'network', 'create', '--driver', 'warp', 'bad')
    expect(await box.ok('network', 'ls', '-q')).not.toMatch(/^bad$/m)
  })

  test('rm refuses what a container uses, rm -f removes the container too', async () => {
    await box.ok('network', 'create', 'used')
    await box.ok('run', '-d', '--name', 'on-used', '--network', 'used', box.image, 'sleep', '1000')
    expect(await box.fails(2, 'network', 'rm', 'used')).toMatch(/used/)
    await box.ok('network', 'rm', '-f', '-t', '0', 'used')
    await box.fails(125, 'container', 'inspect', 'on-used')
  })

  test('the default one cannot be removed', async () => {
    await box.fails(125, 'network', 'rm', isPodman ? 'podman' : 'runcible')
  })

  test('exists', async () => {
    expect((await box.run(['network', 'exists', 'nothing'])).exitCode).toBe(1)
  })
})
