import { EngineError, type ManifestList, type ManifestListEntry, type ManifestLists } from '@runcible/interface'
import {
  changeEntry,
  type Descriptor,
  type Digest,
  digestOf,
  encodeIndex,
  type EntryChange,
  type Index,
  isDigest,
  ociMediaTypes,
  withEntry,
  withoutEntry
} from '@runcible/oci-spec'

export interface FakeManifestListsInit {
  /** Images that can be added, by every name they are asked for by. */
  readonly images?: ReadonlyMap<string, Descriptor>
  /** What a push put where; filled by pushes. */
  readonly pushed?: Map<string, Uint8Array>
}

interface List {
  readonly id: string
  readonly name: string
  readonly index: Index
  readonly createdAt: number
}

const fullName = (name: string): string => {
  const [first = ''] = name.split('/')
  const tagged = name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`
  return name.includes('/') && /[.:]|^localhost$/.test(first) ? tagged : `localhost/${tagged}`
}

const changeOf = ({
  os,
  architecture,
  variant,
  osVersion,
  osFeatures,
  features,
  annotations
}: ManifestListEntry): EntryChange => ({
  platform: {
    ...(os === undefined ? {} : { os }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { 'os.version': osVersion }),
    ...(osFeatures === undefined ? {} : { 'os.features': osFeatures }),
    ...(features === undefined ? {} : { features })
  },
  ...(annotations === undefined ? {} : { annotations })
})

/** `ManifestLists` in memory: the same promises, without stores and registries. */
export function fakeManifestLists({
  images = new Map(),
  pushed = new Map()
}: FakeManifestListsInit = {}): ManifestLists {
  const lists = new Map<string, List>()
  const find = (name: string): List | undefined =>
    lists.get(fullName(name)) ?? [...lists.values()].find(({ id }) => /^[0-9a-f]+$/.test(name) && id.startsWith(name))
  const need = (name: string): List => {
    const found = find(name)
    if (found !== undefined) return found
    const subject = { kind: 'image', name } as const
    if (images.has(name))
      throw new EngineError('invalid-argument', `${name}: image is not a manifest list`, { subject })
    throw new EngineError('not-found', `${name}: image not known`, { subject })
  }
  const image = (name: string): Descriptor => {
    const found = images.get(name.replace(/^docker:\/\//, ''))
    if (found !== undefined) return found
    throw new EngineError('not-found', `no image ${name}`, { subject: { kind: 'image', name } })
  }
  const given = ({ id, name, index, createdAt }: List): ManifestList => {
    const { bytes, digest, mediaType } = encodeIndex(index)
    return { id, name, index: { ...index, mediaType }, bytes, digest, createdAt }
  }
  const put = (list: List, index: Index): ManifestList => {
    const next = { ...list, index }
    lists.set(list.name, next)
    return given(next)
  }
  const entryOf = (list: List, digest: string, edit: (digest: Digest) => Index | undefined): Index => {
    if (!isDigest(digest)) throw new EngineError('invalid-argument', `${JSON.stringify(digest)} is no digest`)
    const index = edit(digest)
    if (index !== undefined) return index
    throw new EngineError('not-found', `manifest list ${list.name} has no entry ${digest}`)
  }
  const addTo = (list: List, descriptor: Descriptor, entry: ManifestListEntry | undefined): ManifestList => {
    const index = withEntry(list.index, descriptor)
    return put(list, changeEntry(index, descriptor.digest, changeOf(entry ?? {})) ?? index)
  }
  return {
    async create(name, { images: members = [], amend = false, annotations = {} } = {}) {
      const old = find(name)
      if (old !== undefined && !amend)
        throw new EngineError('already-exists', `the name ${old.name} is taken by a manifest list`, {
          subject: { kind: 'image', name }
        })
      const created: List = old ?? {
        id: digestOf(Buffer.from(`${fullName(name)} ${lists.size}`)).slice(7),
        name: fullName(name),
        index: { schemaVersion: 2, manifests: [] },
        createdAt: Date.now()
      }
      const notes = { ...created.index.annotations, ...annotations }
      const empty = Object.keys(notes).length === 0 ? created.index : { ...created.index, annotations: notes }
      return put(created, members.map(image).reduce(withEntry, empty))
    },
    add: async (name, member, { entry } = {}) => addTo(need(name), image(member), entry),
    async addArtifact(name, { files, type = 'application/vnd.unknown.artifact.v1', entry }) {
      const digest = digestOf(Buffer.from(files.join()))
      return addTo(need(name), { mediaType: ociMediaTypes.manifest, digest, size: 1, artifactType: type }, entry)
    },
    async annotate(name, { target, entry = {}, subject }) {
      const list = need(name)
      const about = subject === undefined ? {} : { subject: image(subject) }
      if (target === undefined) {
        const notes = { ...list.index.annotations, ...entry.annotations }
        return put(list, {
          ...list.index,
          ...about,
          ...(Object.keys(notes).length === 0 ? {} : { annotations: notes })
        })
      }
      const digest = isDigest(target) ? target : image(target).digest
      return put(list, { ...entryOf(list, digest, (each) => changeEntry(list.index, each, changeOf(entry))), ...about })
    },
    async inspect(name) {
      const list = find(name)
      if (list !== undefined) return encodeIndex(list.index)
      const { mediaType, digest } = image(name)
      return { bytes: Buffer.from('{}'), mediaType, digest }
    },
    get: async (name) => given(need(name)),
    list: async () => [...lists.values()].map(given),
    async removeEntry(name, digest) {
      const list = need(name)
      return put(
        list,
        entryOf(list, digest, (each) => withoutEntry(list.index, each))
      )
    },
    async remove(name) {
      const list = need(name)
      lists.delete(list.name)
      return given(list)
    },
    async push(name, destination = need(name).name) {
      const { bytes, digest } = encodeIndex(need(name).index)
      pushed.set(destination.replace(/^docker:\/\//, ''), bytes)
      return digest
    }
  }
}
