import type { DiskUsage, StoreCheckRequest, StoreFinding } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { container, id, image } from '../../support/values.ts'

const made = (init = {}) => fakeEngine({ images: [image({ names: ['localhost/bb:1', 'localhost/bb:2'] })], ...init })

describe('image prune', () => {
  const question = 'Are you sure you want to continue? [y/N] '

  it('asks first', async () => {
    const engine = made()
    const no = await runCli(['image', 'prune'], { engine, stdin: 'n\n' })
    expect(no.stdout).toBe(`WARNING! This command removes all dangling images.\n${question}`)
    expect((await runCli(['image', 'prune'], { engine, stdin: '' })).code).toBe(0)
    expect(engine.calls).toEqual([])
    const yes = await runCli(['image', 'prune', '-a'], { engine, stdin: 'y\n' })
    expect(yes.stdout).toContain('removes all images without at least one container associated with them.')
    expect(yes.stdout).toContain(`${question}${id('9')}\n`)
    expect(engine.calls).toEqual(['image prune all {}'])
  })

  it('passes filters on', async () => {
    const engine = made()
    const { stdout } = await runCli(['image', 'prune', '-f', '--filter', 'until=24h', '--filter', 'label!=a=b'], {
      engine
    })
    expect(stdout).toBe(`${id('9')}\n`)
    expect(engine.calls).toEqual(['image prune {"until":["24h"],"label!":["a=b"]}'])
  })

  it('refuses what is not there', async () => {
    const { stderr, code } = await runCli(['image', 'prune', '-f', '--build-cache'], { engine: made() })
    expect(code).toBe(125)
    expect(stderr).toContain('there is no build cache')
  })
})

describe('image mount and unmount', () => {
  it('prints the path of one, and a table of several', async () => {
    const engine = made()
    expect((await runCli(['image', 'mount', 'localhost/bb:1'], { engine })).stdout).toBe('/mounts/localhost/bb:1\n')
    const two = await runCli(['image', 'mount', 'localhost/bb:1', 'localhost/bb:2'], { engine })
    expect(two.stdout).toBe('localhost/bb:1  /mounts/localhost/bb:1\nlocalhost/bb:1  /mounts/localhost/bb:2\n')
    expect((await runCli(['image', 'mount'], { engine })).stdout).toBe('localhost/bb:1  /mounts/localhost/bb:1\n')
    const json = JSON.parse((await runCli(['image', 'mount', '--format', 'json'], { engine })).stdout) as unknown
    expect(json).toEqual([
      {
        id: id('9'),
        Names: [image().manifest.digest],
        Repositories: ['localhost/bb:1', 'localhost/bb:2'],
        mountpoint: '/mounts/localhost/bb:1'
      }
    ])
  })

  it('refuses what makes no sense, in the words of Podman', async () => {
    const failing = async (...argv: readonly string[]) => (await runCli(['image', ...argv], { engine: made() })).stderr
    expect(await failing('mount', '-a', 'x')).toContain(
      'when using the --all switch, you may not pass any image names or IDs'
    )
    expect(await failing('mount', '--format', 'x')).toContain('unknown --format argument: "x"')
    expect(await failing('unmount')).toContain('image name or ID must be specified')
  })

  it('unmounts all', async () => {
    const engine = made()
    expect((await runCli(['image', 'umount', '-af'], { engine })).stdout).toBe(`${id('9')}\n`)
    expect(engine.calls).toEqual([`image unmount ${id('9')} force`])
  })
})

describe('image tree', () => {
  it('draws what Podman draws', async () => {
    const engine = made()
    const leaf = { size: 0, tags: [], children: [] }
    const tree = {
      image: image({ size: 1_988_000 }),
      layers: [
        {
          id: id('a'),
          size: 1_987_655,
          tags: ['localhost/bb:1'],
          children: [
            { ...leaf, id: id('b') },
            { ...leaf, id: id('c') }
          ]
        },
        { ...leaf, id: id('d'), size: 1024 }
      ]
    }
    const stub = { ...engine, images: { ...engine.images, tree: async () => tree } }
    expect((await runCli(['image', 'tree', 'localhost/bb:1'], { engine: stub })).stdout).toBe(
      [
        'Image ID: 999999999999',
        `Tags:     [${image().names.join(' ')}]`,
        'Size:     1.988MB',
        'Image Layers',
        '├── ID: aaaaaaaaaaaa Size: 1.988MB Top Layer of: [localhost/bb:1]',
        '│   ├── ID: bbbbbbbbbbbb Size:      0B',
        '│   └── ID: cccccccccccc Size:      0B',
        '└── ID: dddddddddddd Size: 1.024kB',
        '',
        ''
      ].join('\n')
    )
  })
})

describe('system df', () => {
  const usage: DiskUsage = {
    images: [
      { image: image({ createdAt: Date.now() }), size: 2_000_000, sharedSize: 0, uniqueSize: 2_000_000, containers: 1 }
    ],
    layersSize: 8_000_000,
    layersReclaimable: 4_000_000,
    containers: [{ container: container(), size: 4096, volumes: 1 }],
    volumes: [{ name: 'data', size: 1000, links: 0 }]
  }
  const df = (...argv: readonly string[]) =>
    runCli(['system', 'df', ...argv], { engine: made({ system: { diskUsage: async () => usage } }) })

  it('sums up', async () => {
    expect((await df()).stdout.split('\n').slice(0, 2)).toEqual([
      'TYPE           TOTAL       ACTIVE      SIZE        RECLAIMABLE',
      'Images         1           1           8MB         4MB (50%)'
    ])
    expect((await df('--format', '{{.Type}} {{.RawSize}} {{.RawReclaimable}}')).stdout).toContain(
      'Local Volumes 1000 1000\n'
    )
    const [first] = JSON.parse((await df('--format', 'json')).stdout) as readonly object[]
    expect(first).toMatchObject({ Type: 'Images', Total: 1, Active: 1, RawSize: 8_000_000, Reclaimable: '4MB (50%)' })
  })

  it('lists all with --verbose', async () => {
    const { stdout } = await df('-v')
    expect(stdout).toMatch(
      /^Images space usage:\n\nREPOSITORY +TAG +IMAGE ID +CREATED +SIZE +SHARED SIZE +UNIQUE SIZE +CONTAINERS\n/
    )
    expect(stdout).toMatch(
      /\n\nContainers space usage:\n\nCONTAINER ID +IMAGE +COMMAND +LOCAL VOLUMES +SIZE +CREATED +STATUS +NAMES\n/
    )
    expect(stdout).toMatch(/\n\nLocal Volumes space usage:\n\nVOLUME NAME +LINKS +SIZE\ndata +0 +1kB\n$/)
    expect((await df('-v', '--format', 'json')).stderr).toContain('cannot combine --format and --verbose flags')
  })
})

describe('system check', () => {
  const check = async (outcome: { repaired: boolean; action: string } | undefined, ...argv: readonly string[]) => {
    const requests: object[] = []
    const system = {
      check: async ({ signal: _signal, ...request }: StoreCheckRequest = {}) => {
        requests.push(request)
        const finding: StoreFinding = {
          kind: 'layer-damaged',
          subject: 'sha256:a',
          images: [id('9')],
          detail: '/x is missing'
        }
        return [{ ...finding, ...(outcome ? { outcome } : {}) }]
      }
    }
    return { ...(await runCli(['system', 'check', ...argv], { engine: made({ system }) })), requests }
  }

  it('prints what is wrong, and what was done', async () => {
    const found = await check(undefined)
    expect(found).toMatchObject({ code: 1, stdout: 'layer damaged sha256:a (image 999999999999): /x is missing\n' })
    expect(found.requests).toEqual([{ repair: false, force: false, quick: false }])
    const mended = await check({ repaired: true, action: 'unpacked it' }, '-r', '-f', '-q', '-m', '1h')
    expect(mended.stdout).toMatch(/is missing: unpacked it\n$/)
    expect(mended.code).toBe(0)
    expect(mended.requests).toEqual([{ repair: true, force: true, quick: true, keepFor: 3_600_000 }])
    expect((await check({ repaired: false, action: 'no registry' }, '-r')).stdout).toMatch(
      /: not mended: no registry\n$/
    )
  })

  it('refuses a wrong duration', async () => {
    expect(await check(undefined, '--max', 'soon')).toMatchObject({ code: 125, requests: [] })
  })
})
