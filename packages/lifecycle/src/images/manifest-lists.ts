import { EngineError, type ImageSummary, isEngineError, type ManifestList } from '@runcible/interface'
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

/** Throws what was thrown about an image, or where a manifest list has the name, that a list has one name alone. */
export async function refuseList(parts: ListParts, name: string, error: unknown): Promise<never> {
  if (!isEngineError(error, 'not-found') || (await findManifestList(parts, name)) === undefined) throw error
  throw new EngineError('unsupported', `${name} is a manifest list, which has one name and keeps it`, {
    subject: { kind: 'image', name },
    hint: 'make another list with "runcible manifest create"'
  })
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
