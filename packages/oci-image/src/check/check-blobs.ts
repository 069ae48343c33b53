import type { ContentStore, CallOptions, Image } from '@runcible/interface'
import { createDigester, type Descriptor, digestAlgorithm } from '@runcible/oci-spec'
import { fetchBlob } from '../fetch-blob.ts'
import type { Checkup } from './checkup.ts'
import { fetchManifestAgain } from './fetch-again.ts'

/**
 * The documents and packed layers of an image. A packed layer may be absent: then its unpacked form came first, and it
 * is fetched when somebody needs it.
 */
export async function checkBlobs(checkup: Checkup, image: Image): Promise<void> {
  await checkBlob(checkup, image, image.manifest, 'manifest')
  await checkBlob(checkup, image, image.config, 'config')
  for (const layer of image.layers) await checkBlob(checkup, image, layer, 'layer')
}

async function checkBlob(
  { context, request, findings, damaged }: Checkup,
  image: Image,
  blob: Descriptor,
  role: 'manifest' | 'config' | 'layer'
): Promise<void> {
  const { content } = context
  const info = await content.info(blob.digest)
  const subject = blob.digest
  const images = [image.id]
  if (info === undefined) {
    if (role === 'layer') return
    const detail = `the ${role} of the image is missing`
    const mended = await findings.add({ kind: 'blob-missing', subject, images, detail }, () => bring())
    if (!mended) damaged.add(subject)
    return
  }
  const why =
    info.size === blob.size ? await damageOf(content, blob, request) : `it has ${info.size} bytes, not ${blob.size}`
  if (why === undefined) return
  const detail = `the ${role} is damaged: ${why}`
  damaged.add(subject)
  const mended = await findings.add({ kind: 'blob-damaged', subject, images, detail }, async () => {
    await content.delete(blob.digest)
    return bring()
  })
  if (mended) damaged.delete(subject)

  async function bring(): Promise<string> {
    if (role === 'manifest') await fetchManifestAgain(context, image, blob, request)
    else await fetchBlob(context, { record: image, options: callOptions(request) }, blob)
    return `fetched the ${role} again`
  }
}

const callOptions = ({ signal }: CallOptions): CallOptions => (signal === undefined ? {} : { signal })

async function damageOf(
  content: Pick<ContentStore, 'reader'>,
  { digest }: Descriptor,
  { quick = false, signal }: { readonly quick?: boolean } & CallOptions
): Promise<string | undefined> {
  if (quick) return undefined
  const digester = createDigester(digestAlgorithm(digest))
  for await (const chunk of content.reader(digest, callOptions({ signal }))) digester.update(chunk)
  const actual = digester.digest()
  return actual === digest ? undefined : `its bytes have the digest ${actual}`
}
