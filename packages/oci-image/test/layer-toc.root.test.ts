import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startDockerRegistry, tarArchive, isInstalled } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { openSource, readImageFile } from '../src/index.ts'

const run = promisify(execFile)
const hasPodman = isInstalled('podman')

test.runIf(hasPodman)('reads one file of what podman pushed as zstd:chunked, and little more', async () => {
  await using undo = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'chunked-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const registry = undo.use(await startDockerRegistry())
  const podman = (...args: readonly string[]) =>
    run('podman', [
      '--root',
      join(directory, 'root'),
      '--runroot',
      join(directory, 'run'),
      '--storage-driver',
      'vfs',
      ...args
    ])
  const content = randomBytes(300_000)
  const members = [
    { name: 'before', content: randomBytes(2_000_000) },
    { name: 'etc', type: 'directory' as const },
    { name: 'etc/wanted', content },
    { name: 'etc/empty' },
    { name: 'etc/link', type: 'symlink' as const, target: 'wanted' },
    { name: 'etc/.wh.gone' }
  ]
  await writeFile(join(directory, 'layer.tar'), tarArchive(members))
  await podman('import', join(directory, 'layer.tar'), 'chunked:1')
  const name = `${registry.host}/chunked:1`
  await podman('push', '--tls-verify=false', '--compression-format', 'zstd:chunked', 'chunked:1', name)
  await using source = await openSource(`docker://${name}`, { registries: { insecure: [registry.host] } })
  let read = 0
  const counting = {
    ...source,
    async *blob(...request: Parameters<typeof source.blob>) {
      for await (const chunk of source.blob(...request)) {
        read += chunk.length
        yield chunk
      }
    }
  }
  expect(await readImageFile(counting, 'etc/wanted')).toEqual(content)
  expect(await readImageFile(counting, 'etc/link')).toEqual(content)
  expect((await readImageFile(counting, 'etc/empty')).length).toBe(0)
  await expect(readImageFile(counting, 'etc/gone')).rejects.toMatchObject({ code: 'not-found' })
  expect(read).toBeLessThan(1_000_000)
})
