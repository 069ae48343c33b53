import type { CallOptions, Image, ImageTree, ImageTreeNode } from '@runcible/interface'
import { chainIds } from '@runcible/oci-spec'
import type { Parts } from '../settings.ts'
import { layerSize } from './history.ts'

type TreeParts = Pick<Parts, 'images' | 'snapshotter' | 'state'>

/** A layer as images have it, the images in which it was found, and what is above it. */
interface Layer {
  readonly chain: string
  readonly in: Image
  readonly at: number
  readonly tops: Image[]
  readonly above: Set<string>
}

/** The layers of an image, or with `whatRequires` the tree of everything that stands on its topmost one. */
export async function imageTree(
  parts: TreeParts,
  name: string,
  { whatRequires = false, ...options }: CallOptions & { readonly whatRequires?: boolean } = {}
): Promise<ImageTree> {
  const image = await parts.images.resolve(name, options)
  const layers = layersOf(await parts.images.list(options))
  const chains = chainIds(image.diffIds)
  const shown = whatRequires ? chains.slice(-1) : chains
  const nodes = shown.flatMap((chain) => layers.get(chain) ?? [])
  return { image, layers: await Promise.all(nodes.map((layer) => node(layer, whatRequires))) }

  async function node(layer: Layer, deep: boolean): Promise<ImageTreeNode> {
    const size = await layerSize(parts.snapshotter, layer.in, layer.at, options)
    const above = deep ? [...layer.above].flatMap((chain) => layers.get(chain) ?? []) : []
    const containers = deep ? await containersOn(parts, layer.tops, options) : []
    return {
      id: hex(layer.chain),
      size,
      tags: layer.tops.flatMap(({ names }) => names),
      children: [...containers, ...(await Promise.all(above.map((each) => node(each, true))))]
    }
  }
}

const hex = (digest: string) => digest.slice(digest.indexOf(':') + 1)

function layersOf(images: readonly Image[]): ReadonlyMap<string, Layer> {
  const layers = new Map<string, Layer>()
  for (const image of images) {
    const chains = chainIds(image.diffIds)
    for (const [at, chain] of chains.entries()) {
      const layer = layers.get(chain) ?? { chain, in: image, at, tops: [], above: new Set() }
      layers.set(chain, layer)
      const next = chains[at + 1]
      if (next === undefined) layer.tops.push(image)
      else layer.above.add(next)
    }
  }
  return layers
}

async function containersOn(
  { state, snapshotter }: TreeParts,
  images: readonly Image[],
  options: CallOptions
): Promise<readonly ImageTreeNode[]> {
  const ids = new Set(images.map(({ id }) => id))
  const containers = state.containers.list().filter(({ config }) => ids.has(config.image.id))
  return Promise.all(
    containers.map(async ({ id }) => {
      // A container may go while it is looked at.
      const usage = await snapshotter.usage(id, options).catch(() => undefined)
      return { id, size: usage?.size ?? 0, tags: [], children: [] }
    })
  )
}
