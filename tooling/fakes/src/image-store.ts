import { readFileSync, writeFileSync } from 'node:fs'
import {
  type CallOptions,
  EngineError,
  type Image,
  type ImageName,
  type ImageRecord,
  type ImageStore,
  type LoadedImage,
  type ResolvedImage
} from '@runcible/interface'
import {
  type Digest,
  digestOf,
  hostPlatform,
  type ImageConfig,
  type ImageRunConfig,
  ociMediaTypes
} from '@runcible/oci-spec'
import { fakeChanges } from './image-changes.ts'

interface StoredImage {
  readonly record: ImageRecord
  readonly config: ImageConfig
}

/** Names → images, as a registry has them. */
export type FakeRegistry = Map<string, StoredImage>

export interface FakeImageStoreInit {
  /** Shared by stores that see the same registry. */
  readonly registry?: FakeRegistry
}

/** An image of one invented layer. */
export function fakeImage(run: ImageRunConfig, seed: string): StoredImage {
  const diffId = digestOf(`layer ${seed}`)
  const config: ImageConfig = {
    ...hostPlatform(),
    created: '2026-01-02T03:04:05Z',
    config: run,
    rootfs: { type: 'layers', diff_ids: [diffId] }
  }
  const configText = JSON.stringify({ config, seed })
  const configDigest = digestOf(configText)
  const layers = [{ mediaType: ociMediaTypes.layer, digest: diffId, size: 1024 }]
  const manifest = { mediaType: ociMediaTypes.manifest, digest: digestOf(`manifest ${configDigest}`), size: 400 }
  const record: ImageRecord = {
    id: configDigest.slice(7),
    manifest,
    config: { mediaType: ociMediaTypes.config, digest: configDigest, size: configText.length },
    layers,
    diffIds: [diffId],
    chainId: diffId,
    platform: hostPlatform(),
    size: 1024,
    createdAt: Date.parse('2026-01-02T03:04:05Z'),
    pulledAt: 0,
    labels: run.Labels ?? {}
  }
  return { record, config }
}

// Far from the whole grammar: enough to tell names from nonsense, and short names from full ones.
function normalize(name: string, shortRegistry: string): string {
  if (!/^[a-z0-9[][A-Za-z0-9._:/@[\]-]*$/.test(name))
    throw new EngineError('invalid-argument', `invalid image reference ${JSON.stringify(name)}`)
  const first = name.split('/', 1)[0] ?? ''
  const full = name.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? name : `${shortRegistry}/${name}`
  return full.includes('@') || full.lastIndexOf(':') > full.lastIndexOf('/') ? full : `${full}:latest`
}

const repositoryOf = (name: string): string =>
  name.includes('@') ? name.slice(0, name.indexOf('@')) : name.slice(0, name.lastIndexOf(':'))

const archiveMark = 'fake archive of images\n'

/** `docker://NAME` or `containers-storage:NAME`. */
function placed(text: string): { readonly store: boolean; readonly name: string } {
  if (text.startsWith('docker://')) return { store: false, name: text.slice('docker://'.length) }
  if (text.startsWith('containers-storage:')) return { store: true, name: text.slice('containers-storage:'.length) }
  throw new EngineError('invalid-argument', `${text} does not begin with a transport that is known here`)
}

/** Images in memory, from a registry in memory. Layers are names without content. */
export function fakeImageStore({ registry = new Map() }: FakeImageStoreInit = {}): ImageStore {
  const stored = new Map<string, StoredImage>()
  const names = new Map<string, ImageName>()
  let imports = 0

  const namesOf = (id: string): readonly ImageName[] => [...names.values()].filter((name) => name.imageId === id)
  const imageOf = ({ record }: StoredImage): Image => {
    const own = namesOf(record.id)
    return {
      ...record,
      names: own.map(({ id }) => id).filter((id) => !id.includes('@')),
      digests: [...new Set(own.map(({ id, digest }) => `${repositoryOf(id)}@${digest}`))]
    }
  }
  const byName = (name: string): (StoredImage & { readonly name?: string }) | undefined => {
    for (const full of [normalize(name, 'localhost'), normalize(name, 'docker.io/library')]) {
      const found = names.get(full)
      const image = found && stored.get(found.imageId)
      if (image !== undefined) return { ...image, name: full }
    }
    const at = name.indexOf('@')
    const match =
      at < 0
        ? undefined
        : [...names.values()].find(
            (each) => repositoryOf(each.id) === name.slice(0, at) && each.digest === name.slice(at + 1)
          )
    return match && stored.get(match.imageId)
  }
  const find = (name: string): (StoredImage & { readonly name?: string }) | undefined => {
    const id = name.replace(/^sha256:/, '')
    const found = stored.get(id) ?? byName(name)
    if (found !== undefined || !/^[0-9a-f]+$/.test(id)) return found
    return [...stored.values()].find(
      ({ record }) => record.id.startsWith(id) || record.manifest.digest === `sha256:${id}`
    )
  }
  const need = (name: string) => {
    const found = find(name)
    if (found === undefined)
      throw new EngineError('not-found', `no image ${name} here`, { subject: { kind: 'image', name } })
    return found
  }
  const resolved = (image: StoredImage, name: string): ResolvedImage => ({
    ...imageOf(image),
    name,
    imageConfig: image.config
  })
  const keep = (image: StoredImage, name: string | undefined): void => {
    stored.set(image.record.id, stored.get(image.record.id) ?? image)
    if (name !== undefined)
      names.set(name, { id: name, imageId: image.record.id, digest: image.record.manifest.digest })
  }
  const checkSignal = ({ signal }: CallOptions): void => {
    if (signal?.aborted === true)
      throw new EngineError('aborted', 'the transfer was cancelled', { cause: signal.reason })
  }

  return {
    async resolve(name) {
      const found = need(name)
      return resolved(found, found.name ?? found.record.id)
    },
    async pull(name, _request, options = {}) {
      const full = normalize(name, 'docker.io/library')
      checkSignal(options)
      const offered = registry.get(full)
      if (offered === undefined)
        throw new EngineError('not-found', `image ${full} not found`, { subject: { kind: 'image', name: full } })
      keep(offered, full)
      return resolved(offered, full)
    },
    async push(name, destination, _request, options = {}) {
      const found = need(name)
      if (destination === undefined && found.name === undefined)
        throw new EngineError('invalid-argument', 'a push of an id needs a destination')
      checkSignal(options)
      registry.set(
        destination === undefined ? (found.name as string) : normalize(destination, 'docker.io/library'),
        found
      )
      return found.record.manifest.digest
    },
    list: async () => [...stored.values()].map(imageOf),
    async get(name) {
      const found = find(name)
      return found && imageOf(found)
    },
    async tag(name, newName) {
      keep(need(name), normalize(newName, 'localhost'))
    },
    async untag(name, only) {
      const { record } = need(name)
      for (const full of only?.map((each) => byName(each)?.name ?? each) ?? namesOf(record.id).map(({ id }) => id)) {
        if (names.get(full)?.imageId !== record.id)
          throw new EngineError('not-found', `image ${record.id} does not have the name ${full}`)
        names.delete(full)
      }
    },
    async remove(name, { force = false } = {}) {
      const found = need(name)
      const own = namesOf(found.record.id).map(({ id }) => id)
      if (found.name !== undefined && own.length > 1) {
        names.delete(found.name)
        return { untagged: [found.name], deleted: [] }
      }
      if (own.length > 1 && !force)
        throw new EngineError('in-use', `image ${found.record.id} has several names: ${own.join(', ')}`)
      for (const each of own) names.delete(each)
      stored.delete(found.record.id)
      return { untagged: own, deleted: [found.record.id] }
    },
    async import(tar, request, options = {}) {
      const run = request.changes === undefined ? {} : fakeChanges(request.changes)
      checkSignal(options)
      const chunks = await Array.fromAsync(tar)
      const made = fakeImage(run, `import ${imports++} ${digestOf(Buffer.concat(chunks))}`)
      const name = request.name === undefined ? undefined : normalize(request.name, 'localhost')
      keep(made, name)
      return resolved(made, name ?? made.record.id)
    },
    async commit(request, options = {}) {
      const base = need(request.base)
      if (request.message !== undefined && request.format !== 'docker')
        throw new EngineError('invalid-argument', 'messages are only compatible with the docker image format')
      const run = fakeChanges(request.changes ?? [], request.run)
      checkSignal(options)
      const made = fakeImage(run, `commit ${imports++} ${base.record.id}`)
      const diffIds = [...base.record.diffIds, ...made.record.diffIds]
      const image: StoredImage = {
        record: {
          ...made.record,
          diffIds,
          layers: [...base.record.layers, ...made.record.layers],
          createdAt: Date.now(),
          size: base.record.size + made.record.size
        },
        config: {
          ...made.config,
          created: new Date().toISOString(),
          ...(request.author === undefined ? {} : { author: request.author }),
          ...(request.message === undefined ? {} : { comment: request.message }),
          rootfs: { type: 'layers', diff_ids: diffIds },
          history: [
            ...(base.config.history ?? []),
            {
              ...(request.author === undefined ? {} : { author: request.author }),
              comment: `FROM ${request.baseName}`
            }
          ]
        }
      }
      const name = request.name === undefined ? undefined : normalize(request.name, 'localhost')
      keep(image, name)
      return resolved(image, name ?? image.record.id)
    },
    async check({ repair = false } = {}) {
      const lost = [...names.values()].filter(({ imageId }) => !stored.has(imageId))
      if (repair) for (const { id } of lost) names.delete(id)
      const outcome = repair ? { outcome: { repaired: true, action: 'removed the name' } } : {}
      return lost.map(({ id }) => ({
        kind: 'name-dangling',
        subject: id,
        images: [],
        detail: 'no such image',
        ...outcome
      }))
    },
    async view(name, { below = false } = {}) {
      const image = imageOf(need(name))
      const layers = below ? image.layers.slice(0, -1) : image.layers
      const mounts = layers
        .slice(-1)
        .map(({ digest }) => ({ type: 'bind', source: `/fake-layers/${digest}`, options: ['rbind', 'ro'] }))
      return { image, mounts, annotations: {}, [Symbol.asyncDispose]: async () => {} }
    },
    async copy(source, destination) {
      const [from, to] = [placed(source), placed(destination)]
      const image = from.store ? need(from.name) : registry.get(normalize(from.name, 'docker.io/library'))
      if (image === undefined)
        throw new EngineError('not-found', `image ${from.name} not found`, {
          subject: { kind: 'image', name: from.name }
        })
      if (to.store) keep(image, normalize(to.name, 'localhost'))
      else registry.set(normalize(to.name, 'docker.io/library'), image)
      const { digest, mediaType } = image.record.manifest
      return { digest, mediaType }
    },
    async save(wanted, { format = 'docker-archive', multi = false }, output) {
      const [first, ...rest] = wanted
      if (first === undefined) throw new EngineError('invalid-argument', 'there is no image to save')
      if (format !== 'docker-archive' && rest.length > 0)
        throw new EngineError('invalid-argument', `${format} holds one image under one name`)
      const images = (multi ? wanted : [first]).map((each) => {
        const { name, ...image } = need(each)
        return {
          image,
          names: [
            ...(name === undefined ? [] : [name]),
            ...(multi ? [] : rest.map((tag) => normalize(tag, 'localhost')))
          ]
        }
      })
      const bytes = Buffer.from(archiveMark + JSON.stringify(images))
      if ('write' in output) await output.write(bytes)
      else writeFileSync(output.path, bytes)
    },
    async load(archive, _request, options = {}) {
      checkSignal(options)
      const bytes = typeof archive === 'string' ? readFileSync(archive) : Buffer.concat(await Array.fromAsync(archive))
      const text = bytes.toString()
      if (!text.startsWith(archiveMark))
        throw new EngineError('invalid-argument', 'the archive does not match any of the supported image formats')
      const images = JSON.parse(text.slice(archiveMark.length)) as { image: StoredImage; names: string[] }[]
      return images.flatMap(({ image, names: own }) => {
        for (const name of own.length === 0 ? [undefined] : own) keep(image, name)
        const { id } = image.record
        const loaded: LoadedImage[] = own.map((name) => ({ id, name }))
        return own.length === 0 ? [{ id, name: undefined }] : loaded
      })
    }
  }
}

/** Puts an image into a fake registry. Returns its id and the digest of its manifest. */
export function publishFakeImage(
  registry: FakeRegistry,
  name: string,
  run: ImageRunConfig = {}
): { readonly id: string; readonly digest: Digest } {
  const image = fakeImage(run, `${name} ${registry.size} ${performance.now()}`)
  registry.set(name, image)
  return { id: image.record.id, digest: image.record.manifest.digest }
}
