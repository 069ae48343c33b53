import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { oursOnly, repositories, rootOf, useSandbox } from '../src/index.ts'

const box = useSandbox()
const names = async (): Promise<readonly string[]> =>
  (await box.ok('images', '--format', '{{.Repository}}:{{.Tag}}')).split('\n').filter(Boolean)
const idOf = (name: string): Promise<string> => box.ok('image', 'inspect', '--format', '{{.Id}}', name)

/** An image of one more layer, made from a container. */
async function derived(from: string, name: string): Promise<void> {
  const id = await box.ok('create', '--network', 'none', from, 'true')
  const file = box.file(`for-${name.replaceAll(/\W/g, '-')}`)
  writeFileSync(file, name)
  await box.ok('cp', file, `${id}:/added`)
  await box.ok('commit', '-q', id, name)
  await box.ok('rm', id)
}

describe('image prune', () => {
  test('nameless images go, all that are unused with --all, those of containers stay', async () => {
    await derived(box.image, 'nameless:1')
    await derived(box.image, 'used:1')
    const [nameless, used] = [await idOf('nameless:1'), await idOf('used:1')]
    await box.ok('untag', 'nameless:1')
    expect(await box.ok('image', 'prune', '--force')).toBe(nameless)
    expect(await box.ok('image', 'prune', '--force')).toBe('')
    const container = await box.ok('create', '--network', 'none', 'used:1', 'true')
    await derived('used:1', 'second:1')
    await box.ok('tag', 'second:1', 'third:1')
    expect(await box.ok('image', 'prune', '--all', '--force', '--filter', 'until=876000h')).toBe('')
    const second = await idOf('second:1')
    expect((await box.ok('image', 'prune', '--all', '--force')).split('\n')).toContain(second)
    expect(await names()).toEqual(['localhost/used:1'])
    expect(await box.fails(2, 'rmi', 'used:1')).toMatch(/image is in use by a container/)
    await box.ok('rm', container)
    expect((await box.ok('image', 'prune', '--all', '--force')).split('\n')).toContain(used)
    expect(await names()).toEqual([])
    await box.pull(repositories.busybox)
  })

  test('it asks first', async () => {
    const question = 'WARNING! This command removes all dangling images.\nAre you sure you want to continue? [y/N] '
    const { stdout, exitCode } = await box.run(['image', 'prune'], { input: 'n\n' })
    expect({ stdout: stdout.trim(), exitCode }).toEqual({ stdout: question.trim(), exitCode: 0 })
    await box.fails(125, 'image', 'prune', '--force', '--filter', 'colour=red')
    await box.fails(125, 'image', 'prune', 'argument')
  })
})

describe('image mount', () => {
  test('the content can be read until it is unmounted as often', async () => {
    const path = await box.ok('image', 'mount', box.image)
    expect(readdirSync(path)).toContain('bin')
    expect(() => writeFileSync(join(path, 'new'), 'x')).toThrow()
    expect(await box.ok('image', 'mount', box.image)).toBe(path)
    const id = await idOf(box.image)
    expect((await box.ok('image', 'mount')).split(/ {2,}/)).toEqual([box.image, path])
    const [listed] = JSON.parse(await box.ok('image', 'mount', '--format', 'json'))
    expect(listed).toMatchObject({ id, Repositories: [box.image], mountpoint: path })
    expect(await box.ok('image', 'unmount', box.image)).toBe(id)
    expect(readdirSync(path)).toContain('bin')
    expect(await box.ok('image', 'unmount', box.image)).toBe(id)
    expect(existsSync(join(path, 'bin'))).toBe(false)
    expect(await box.ok('image', 'unmount', box.image)).toBe('')
    expect(await box.ok('image', 'mount')).toBe('')
  })

  test('--all and --force, and what is refused', async () => {
    await derived(box.image, 'mounted:1')
    expect((await box.ok('image', 'mount', '--all')).split('\n')).toHaveLength(2)
    await box.ok('image', 'mount', '--all')
    expect((await box.ok('image', 'unmount', '--all', '--force')).split('\n')).toHaveLength(2)
    expect(await box.ok('image', 'mount')).toBe('')
    await box.ok('image', 'mount', 'mounted:1')
    await box.ok('rmi', 'mounted:1')
    expect(await box.ok('image', 'mount')).toBe('')
    expect(await box.fails(125, 'image', 'mount', 'localhost/nobody')).toMatch(/image not known/)
    await box.fails(125, 'image', 'mount', '--format', 'yaml')
    await box.fails(125, 'image', 'mount', '--all', box.image)
    await box.fails(125, 'image', 'unmount')
  })
})

describe('image tree', () => {
  test('shows layers, and what stands on them', async () => {
    await derived(box.image, 'child:1')
    const tree = (await box.ok('image', 'tree', 'child:1')).trimEnd().split('\n')
    expect(tree.slice(0, 2)).toEqual([
      `Image ID: ${(await idOf('child:1')).slice(0, 12)}`,
      'Tags:     [localhost/child:1]'
    ])
    expect(tree[2]).toMatch(/^Size: {5}\d/)
    expect(tree[3]).toBe('Image Layers')
    expect(tree.at(-2)).toMatch(
      new RegExp(`^├── ID: [0-9a-f]{12} Size: +[\\d.]+k?M?B Top Layer of: \\[${box.image}\\]$`)
    )
    expect(tree.at(-1)).toMatch(/^└── ID: [0-9a-f]{12} Size: +[\d.]+k?B Top Layer of: \[localhost\/child:1\]$/)
    const above = await box.ok('image', 'tree', '--whatrequires', box.image)
    expect(above).toMatch(/└── ID: [0-9a-f]{12} Size: +[\d.]+k?B Top Layer of: \[localhost\/child:1\]/)
    await box.ok('rmi', 'child:1')
    await box.fails(125, 'image', 'tree', 'localhost/nobody')
  })
})

describe('system df', () => {
  test('sums up, and lists all with --verbose', async () => {
    const container = await box.ok('create', '--network', 'none', '-v', 'data:/data', box.image, 'true')
    const lines = (await box.ok('system', 'df')).split('\n')
    expect(lines[0]).toMatch(/^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE$/)
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['Images', '1', '1'],
      ['Containers', '1', '0'],
      ['Local Volumes', '1', '1']
    ])
    expect(await box.ok('system', 'df', '--format', '{{.Type}}: {{.Total}}')).toBe(
      'Images: 1\nContainers: 1\nLocal Volumes: 1'
    )
    const details = await box.ok('system', 'df', '-v')
    expect(details).toMatch(
      /^Images space usage:\n\nREPOSITORY +TAG +IMAGE ID +CREATED +SIZE +SHARED SIZE +UNIQUE SIZE +CONTAINERS\n/
    )
    expect(details).toMatch(
      /\n\nContainers space usage:\n\nCONTAINER ID +IMAGE +COMMAND +LOCAL VOLUMES +SIZE +CREATED +STATUS +NAMES\n/
    )
    expect(details).toMatch(/\n\nLocal Volumes space usage:\n\nVOLUME NAME +LINKS +SIZE\ndata +1 /)
    await box.ok('rm', '-v', container)
    await box.ok('volume', 'rm', 'data')
  })
})

oursOnly('system check finds a changed file in a layer, and mends it', async () => {
  expect(await box.ok('system', 'check')).toBe('')
  const layers = join(rootOf(box.directory), 'snapshots/layers')
  const file = readdirSync(layers)
    .map((layer) => join(layers, layer, 'fs/bin/busybox'))
    .find(existsSync)
  if (file === undefined) throw new Error('no layer has /bin/busybox')
  const bytes = readFileSync(file)
  bytes[5000] = (bytes[5000] ?? 0) ^ 1
  writeFileSync(file, bytes)
  const found = await box.run(['system', 'check'])
  expect(found.exitCode).toBe(1)
  expect(found.stdout).toMatch(
    /^layer damaged sha256:[0-9a-f]{64} \(image [0-9a-f]{12}\): \/bin\/busybox is not as the layer has it\n$/
  )
  expect(await box.ok('system', 'check', '--repair')).toMatch(/: unpacked the layer again$/)
  expect(await box.ok('system', 'check')).toBe('')
  expect(await box.ok('run', '--rm', '--network', 'none', box.image, 'echo', 'well')).toBe('well')
})

oursOnly('a container on fuse-overlayfs runs, is changed, committed and removed', async () => {
  const fuse = (...args: readonly string[]) => box.ok('--storage-driver', 'fuse-overlayfs', ...args)
  const script = 'echo new > /new; rm -r /var/www; mkdir -p /var/www; grep " / " /proc/mounts'
  const id = await fuse('create', '--network', 'none', '--user', 'root', box.image, 'sh', '-c', script)
  expect(await fuse('start', '--attach', id)).toMatch(/^fuse-overlayfs \/ fuse\.fuse-overlayfs /)
  const changes = await fuse('diff', id)
  expect(changes.split('\n')).toEqual(expect.arrayContaining(['A /new', 'D /var/www/index.html']))
  expect(changes).not.toContain('.wh.')
  await fuse('commit', '-q', id, 'fused:1')
  await fuse('rm', id)
  // The layers are the same for both.
  for (const engine of [fuse, box.ok])
    expect(await engine('run', '--rm', '--network', 'none', 'fused:1', 'sh', '-c', 'cat /new; ls /var/www')).toBe('new')
  await box.ok('rmi', 'fused:1')
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(box.directory)
})
