import { type ImageSummary, isEngineError, type ManifestList } from '@runcible/interface'
import type { Parts } from '../settings.ts'

type ListParts = Pick<Parts, 'manifests'>

/** The manifest list of that name; `undefined` when there is none, or an image has it. */
export async function findManifestList({ manifests }: ListParts, name: string): Promise<ManifestList | undefined> {
  try {
    return await manifests.get(name)
  } catch (error) {
    if (isEngineError(error, 'not-found') || isEngineError(error, 'invalid-argument')) return undefined
    throw error
  }
}

/** Manifest lists as lists of images show them: without layers, with the size of their document. */
export async function manifestLists({ manifests }: ListParts): Promise<readonly ImageSummary[]> {
  return (await manifests.list()).map(({ id, name, index, bytes, digest, createdAt }) => {
    const manifest = { mediaType: index.mediaType ?? '', digest, size: bytes.length }
    return {
      id,
      manifest,
      config: manifest,
      layers: [],
      diffIds: [],
      platform: { os: '', architecture: '' },
      size: bytes.length,
      createdAt,
      pulledAt: createdAt,
      labels: {},
      names: [name],
      digests: [`${name.slice(0, name.lastIndexOf(':'))}@${digest}`],
      parent: undefined,
      intermediate: false,
      isManifestList: true
    }
  })
}
