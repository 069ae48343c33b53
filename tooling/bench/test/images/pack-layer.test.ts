import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { packLayer } from '../../src/images/pack-layer.ts'

const directory = mkdtempSync(join(tmpdir(), 'pack-layer-'))
afterAll(() => rmSync(directory, { recursive: true }))

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

it('packs files below a folder, and knows both digests and the size', async () => {
  const layer = await packLayer(['etc/passwd', 'etc/group'], 'layer0', join(directory, 'layer.tar.gz'))
  const packed = readFileSync(layer.file)
  expect(layer).toMatchObject({ digest: sha256(packed), size: packed.length, diffId: sha256(gunzipSync(packed)) })
  expect(execFileSync('tar', ['-tzf', layer.file], { encoding: 'utf8' })).toBe('layer0/etc/passwd\nlayer0/etc/group\n')
})
