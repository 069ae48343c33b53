// Pulls an image into a store of its own and shows what it is made of, without an engine:
//   pull-and-inspect.ts IMAGE [DIRECTORY] [--plain-http]
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ociImageStore } from '@runcible/oci-image'
import { sqliteState } from '@runcible/state-sqlite'
import { layerDiffer, localContentStore, overlaySnapshotter } from '@runcible/storage'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'plain-http': { type: 'boolean' } } })
const [name = 'docker.io/library/alpine', root = await mkdtemp(join(tmpdir(), 'images-'))] = positionals

// Each part is a function of its settings, then of the parts that it is made of.
const { state, events } = sqliteState({ root, lockDirectory: join(root, 'locks') })({})
using _open = { [Symbol.dispose]: () => state.close() }
const content = localContentStore({ root: join(root, 'content') })({})
const snapshotter = overlaySnapshotter({ root: join(root, 'snapshots') })({})
const differ = layerDiffer({ tmp: join(root, 'tmp') })({ content })
const images = ociImageStore()({ content, snapshotter, differ, state, events })

const image = await images.pull(name, { tlsVerify: !values['plain-http'] })

console.log(`${image.name} in ${root}`)
console.log(`id ${image.id.slice(0, 12)}, ${image.platform.os}/${image.platform.architecture}`)
for (const [index, layer] of image.layers.entries()) {
  const step = image.imageConfig.history?.filter(({ empty_layer: isEmpty }) => !isEmpty)[index]
  console.log(`layer ${layer.digest.slice(7, 19)}  ${layer.size} bytes packed  ${step?.created_by ?? ''}`)
}
console.log('command', [...(image.imageConfig.config?.Entrypoint ?? []), ...(image.imageConfig.config?.Cmd ?? [])])
