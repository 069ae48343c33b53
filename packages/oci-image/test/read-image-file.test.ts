import { randomBytes } from 'node:crypto'
import { startRegistry, type TarMember, tarArchive, testImageOf } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { openSource, readImageFile } from '../src/index.ts'

const big: TarMember = { name: 'big', content: randomBytes(600_000) }
const layers: readonly (readonly TarMember[])[] = [
  [big],
  [
    { name: 'etc', type: 'directory' },
    { name: 'etc/os-release', content: 'ID=old' },
    { name: 'etc/removed', content: 'x' },
    { name: 'lib/deep/file', content: 'deep' },
    { name: 'opaque/old', content: 'x' },
    { name: 'outside', type: 'symlink', target: '../../../../etc/os-release' },
    { name: 'circle', type: 'symlink', target: 'circle' }
  ],
  [
    { name: 'etc/os-release', content: 'ID=new' },
    { name: 'etc/.wh.removed' },
    { name: 'opaque/.wh..wh..opq' },
    { name: 'opaque/new', content: 'new' },
    { name: 'linked', type: 'symlink', target: 'lib/deep' },
    { name: 'hard', type: 'hardlink', target: 'opaque/new' },
    { name: 'after', content: randomBytes(600_000) }
  ]
]

test('reads one file, from the topmost layer that has it', async () => {
  await using registry = await startRegistry()
  const image = testImageOf({
    tars: layers.map((members) => tarArchive(members)),
    compression: ['none', 'gzip', 'none']
  })
  const name = registry.put(image, 'app')
  const init = { registries: { insecure: [registry.host] } }
  await using source = await openSource(`docker://${name}`, init)
  const read = async (path: string): Promise<string> => (await readImageFile(source, path)).toString()
  expect(await read('/etc/os-release')).toBe('ID=new')
  expect(await read('linked/file')).toBe('deep')
  expect(await read('hard')).toBe('new')
  expect(await read('outside')).toBe('ID=new')
  expect(registry.requests.some(({ path }) => path.includes(image.layers[0]!.digest))).toBe(false)
  for (const path of ['/etc/removed', '/opaque/old', '/nothing'])
    await expect(read(path)).rejects.toMatchObject({ code: 'not-found' })
  await expect(read('/etc')).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(read('/circle')).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(readImageFile(source, 'big', { limit: 1000 })).rejects.toMatchObject({ code: 'exhausted' })
})
