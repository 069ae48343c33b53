import { type CallOptions, EngineError } from '@runcible/interface'
import { type Digest, digestHex, digestOf, jsonLimits } from '@runcible/oci-spec'
import { decodeSignature, signatureLimits } from '../trust/signature-file.ts'
import type { ImageSignature } from '../trust/signature.ts'
import { checkedManifest, mediaTypeOf } from './checked-manifest.ts'
import { directoryTree } from './files/directory-tree.ts'
import { type FileTree, missingBlob, readSmall } from './files/file-tree.ts'
import type { ImageSource } from './image-source.ts'
import { treeBlobs } from './tree-blobs.ts'

/** `dir:PATH`: a manifest, blobs and signatures as plain files. containers-transports(5). */
export function dirSource(path: string): ImageSource {
  const tree = directoryTree(path)
  const name = `dir:${path}`
  const read = (file: string, { signal }: CallOptions): Promise<Buffer> =>
    readSmall(tree, file, { limit: jsonLimits.manifest.maxBytes, place: path, signal })
  let top: Promise<Buffer> | undefined
  const readTop = async (options: CallOptions): Promise<Buffer> => {
    await checkVersion(tree, path)
    return await read('manifest.json', options)
  }
  return {
    transport: 'dir',
    name,
    reference: undefined,
    async manifest(digest, options = {}) {
      const bytes = await (top ??= readTop(options))
      if (digest === undefined || digestOf(bytes) === digest)
        return { bytes, digest: digest ?? digestOf(bytes), mediaType: mediaTypeOf(bytes, name) }
      const file = partFile(digest)
      if ((await tree.size(file)) === undefined) throw missingBlob({ digest }, path)
      return checkedManifest(await read(file, options), { digest, mediaType: '', place: name })
    },
    ...treeBlobs(tree, path, async (digest) => digestHex(digest)),
    async signatures(digest, options = {}) {
      const isTop = digestOf(await (top ??= readTop(options))) === digest
      return readSignatures(tree, path, isTop ? '' : `${digestHex(digest)}.`, options)
    },
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose]()
  }
}

async function checkVersion(tree: FileTree, path: string): Promise<void> {
  if ((await tree.size('version')) === undefined) return
  const text = (await readSmall(tree, 'version', { limit: 1024, place: path })).toString('latin1')
  if (/^Directory Transport Version: 1\.\d+\n?$/.test(text)) return
  throw new EngineError('unsupported', `${path} has a version of the directory transport that is not known`)
}

async function readSignatures(
  tree: FileTree,
  path: string,
  prefix: string,
  { signal }: CallOptions
): Promise<readonly ImageSignature[]> {
  const found: ImageSignature[] = []
  for (let at = 1; at <= signatureLimits.count; at++) {
    const file = `${prefix}signature-${at}`
    if ((await tree.size(file)) === undefined) return found
    found.push(
      decodeSignature(
        await readSmall(tree, file, { limit: signatureLimits.bytes, place: path, signal }),
        `${path}/${file}`
      )
    )
  }
  throw new EngineError('corrupt', `${path} has more than ${signatureLimits.count} signatures`)
}

/** The file of a manifest that is a part of the directory's index. */
export const partFile = (digest: Digest): string => `${digestHex(digest)}.manifest.json`
