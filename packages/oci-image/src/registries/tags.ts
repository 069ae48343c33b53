import { type CallOptions, EngineError, type RegistryAccess, type TagList } from '@runcible/interface'
import { pullEndpoints } from '../endpoints.ts'
import { type OciImageStoreInit, shortNames } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { formatReference, parseReference, type QualifiedReference, repositoryName } from '../reference.ts'
import { cleanText } from '../registry/redact.ts'
import { registryCandidates } from '../short-names.ts'
import { dockerArchive } from '../transport/docker-archive.ts'
import { temporaryDirectory } from '../transport/open-source.ts'
import { parseTransport, transportOf } from '../transport/parse-transport.ts'

/** Tags of a repository, or the names in an archive. */
export async function tagsAt(
  init: OciImageStoreInit,
  text: string,
  request: RegistryAccess = {},
  options: CallOptions = {}
): Promise<TagList> {
  const transport = transportOf(text)
  if (transport === 'docker-archive')
    return { tags: await archiveNames({ tmp: temporaryDirectory(init, request) }, text, options) }
  if (transport !== undefined && transport !== 'docker') {
    throw new EngineError('unsupported', `tags cannot be listed at ${transport}:`, {
      hint: 'name a repository (docker://NAME) or an archive (docker-archive:FILE)'
    })
  }
  const name = text.replace(/^docker:\/\//, '')
  const parsed = parseReference(name)
  if (parsed.tag !== undefined || parsed.digest !== undefined) {
    throw new EngineError('invalid-argument', `${name} has a tag or digest, where a repository is meant`, {
      hint: `write ${name.split('@')[0]?.replace(/:[^/:]*$/, '')}`
    })
  }
  const [reference] = registryCandidates(name, shortNames(init)) as readonly [QualifiedReference]
  return { repository: repositoryName(reference), tags: await repositoryTags(init, reference, request, options) }
}

/** From the registry itself: a mirror need not have them all. */
export async function repositoryTags(
  init: OciImageStoreInit,
  reference: QualifiedReference,
  request: RegistryAccess,
  options: CallOptions
): Promise<readonly string[]> {
  const endpoint = pullEndpoints(init, reference).at(-1) ?? { ...reference, insecure: false, isMirror: false }
  await using client = openRegistry(init, endpoint, request, options)
  const tags: string[] = []
  for await (const tag of client.tags(endpoint.repository)) tags.push(cleanText(tag))
  return tags
}

async function archiveNames(
  { tmp }: { readonly tmp: string },
  text: string,
  options: CallOptions
): Promise<readonly string[]> {
  const location = parseTransport(text)
  if (location.transport !== 'docker-archive') return []
  const place = { input: location.path, place: location.path, tmp }
  await using archive = dockerArchive(place)
  return (await archive.images(options)).flatMap(({ names }) => names.map(formatReference))
}
