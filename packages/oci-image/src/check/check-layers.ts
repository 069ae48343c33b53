import { type CallOptions, EngineError, type Image, isEngineError, type StoreFinding } from '@runcible/interface'
import { chainIds, type Descriptor, type Digest } from '@runcible/oci-spec'
import { unpackPrefix } from '../collect.ts'
import { fetchBlob } from '../fetch-blob.ts'
import type { StoreContext } from '../init.ts'
import type { Checkup } from './checkup.ts'
import { layerDamage, rederives } from './layer-damage.ts'

interface LayerOfImage {
  readonly image: Image
  readonly layer: Descriptor
  readonly diffId: Digest
  readonly chain: Digest
  readonly parent: Digest | undefined
}

/** The unpacked layers of an image, the lowest first. A layer that several images have is looked at once. */
export async function checkLayers(checkup: Checkup, image: Image): Promise<void> {
  const chains = chainIds(image.diffIds)
  for (const [at, chain] of chains.entries()) {
    const known = looked.get(checkup) ?? new Set()
    looked.set(checkup, known)
    if (known.has(chain)) continue
    known.add(chain)
    const layer = image.layers[at] as Descriptor
    await checkLayer(checkup, { image, layer, diffId: image.diffIds[at] as Digest, chain, parent: chains[at - 1] })
  }
}

const looked = new WeakMap<Checkup, Set<Digest>>()

async function checkLayer(checkup: Checkup, of: LayerOfImage): Promise<void> {
  const { context, request, findings, damaged } = checkup
  const { chain, image, layer, parent } = of
  // What stands on a layer that is gone cannot be looked at.
  if (parent !== undefined && damaged.has(parent)) return void damaged.add(chain)
  await using _lock = await context.state.lock(`layer/${chain}`, request)
  const here = await context.snapshotter.stat(chain)
  const note = async (kind: StoreFinding['kind'], detail: string) => {
    const found = { kind, subject: chain, images: [image.id], detail }
    const mended = await findings.add(found, () => unpackAgain(context, of, request))
    if (!mended && here === undefined) damaged.add(chain)
  }
  if (here === undefined) return note('layer-missing', 'the unpacked layer is missing')
  if (request.quick === true) {
    if (here.unverified === true) await note('layer-unverified', 'the machine stopped soon after it was unpacked')
    return
  }
  // A damaged blob is told already, and says nothing about the layer.
  if (damaged.has(layer.digest)) return
  const packed = (await context.content.info(layer.digest)) !== undefined
  const why = packed ? await layerDamage(context, of, request) : await unpackedDamage(checkup, of)
  if (why !== undefined) await note(...why)
  else if (here.unverified === true) await context.snapshotter.trust?.(chain)
}

type Verdict = readonly [kind: StoreFinding['kind'], detail: string]

/** Without its packed form, a layer that was made here still gives its digest when it is packed; others need not. */
async function unpackedDamage({ context, request }: Checkup, of: LayerOfImage): Promise<Verdict | undefined> {
  if (await rederives(context, of, request)) return undefined
  return ['layer-unverified', 'its packed form is not here to compare it with, and packed anew it has another digest']
}

/** Also when the layer itself cannot be told to be damaged: what comes out is whole. */
async function unpackAgain(context: StoreContext, of: LayerOfImage, options: CallOptions): Promise<string> {
  const { snapshotter, content, differ } = context
  const { chain, layer, parent, diffId, image } = of
  if (snapshotter.replace === undefined)
    throw new EngineError('unsupported', `the snapshotter ${snapshotter.name} cannot replace a layer`)
  const fetched = (await content.info(layer.digest)) === undefined
  const call = options.signal === undefined ? {} : { signal: options.signal }
  if (fetched) await fetchBlob(context, { record: image, options: call }, layer)
  const key = `${unpackPrefix}${chain}`
  await snapshotter.remove(key)
  try {
    const mounts = await snapshotter.prepare(key, parent, call)
    await differ.apply(layer, mounts, { ...call, diffId })
    await snapshotter.replace(chain, key)
  } catch (error) {
    await snapshotter.remove(key)
    throw isEngineError(error) && error.hint !== undefined
      ? new EngineError(error.code, `${error.message}: ${error.hint}`, { cause: error })
      : error
  }
  return fetched ? 'fetched the layer again and unpacked it' : 'unpacked the layer again'
}
