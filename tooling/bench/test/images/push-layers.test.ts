import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDockerRegistry } from '@runcible/fixtures'
import { expect, it } from 'vitest'
import { packLayer } from '../../src/images/pack-layer.ts'
import { pushLayers } from '../../src/images/push-layers.ts'

it('uploads layers that the registry gives back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'push-layers-'))
  using undo = new DisposableStack()
  undo.defer(() => rmSync(directory, { recursive: true }))
  await using registry = await startDockerRegistry()
  const layer = await packLayer(['etc/passwd'], 'layer0', join(directory, 'layer.tar.gz'))
  expect(await pushLayers(registry.host, 'some/image', [layer])).toBe(`${registry.host}/some/image:latest`)
  const manifest = (await (
    await fetch(`http://${registry.host}/v2/some/image/manifests/latest`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' }
    })
  ).json()) as { layers: { digest: string; size: number }[] }
  expect(manifest.layers).toMatchObject([{ digest: layer.digest, size: layer.size }])
})
