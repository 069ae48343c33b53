import {
  type CredentialFiles,
  EngineError,
  type FoundRepository,
  type Registries,
  type RegistryAuth,
  type RemoteImage
} from '@runcible/interface'

export interface FakeRegistriesInit {
  /** Registry → who it takes. One that is not there does not answer. */
  readonly users?: Readonly<Record<string, RegistryAuth>>
  readonly found?: readonly FoundRepository[]
  /** Location → its tags. */
  readonly tags?: Readonly<Record<string, readonly string[]>>
  /** Location → what is there. */
  readonly images?: Readonly<Record<string, RemoteImage>>
  readonly defaults?: readonly string[]
  /** Short name → what it may mean. */
  readonly choices?: Readonly<Record<string, readonly string[]>>
}

const usualFile = '/fake/auth.json'
const fileOf = ({ authFile, compatAuthFile }: CredentialFiles = {}): string => authFile ?? compatAuthFile ?? usualFile

/** Registries in memory; credentials are kept per file name. */
export function fakeRegistries(init: FakeRegistriesInit = {}): Registries {
  const files = new Map<string, Map<string, RegistryAuth>>()
  const removed = new Set<string>()
  const aliases = new Map<string, string>()
  const file = (named?: CredentialFiles): Map<string, RegistryAuth> => {
    const path = fileOf(named)
    const known = files.get(path) ?? new Map<string, RegistryAuth>()
    files.set(path, known)
    return known
  }
  const notLoggedIn = (place: string): EngineError => new EngineError('not-found', `not logged into ${place}`)
  const at = (location: string): RemoteImage => {
    const image = removed.has(location) ? undefined : init.images?.[location]
    if (image === undefined) throw new EngineError('not-found', `image ${location} not found`)
    return image
  }
  return {
    async login(place, request = {}) {
      const registry = place.split('/')[0] ?? place
      const auth = request.auth ?? file(request).get(place)
      if (auth === undefined) throw notLoggedIn(place)
      const user = init.users?.[registry]
      if (user === undefined) throw new EngineError('unavailable', `registry ${registry} cannot be reached`)
      if (user.username !== auth.username || user.password !== auth.password)
        throw new EngineError('unauthorized', `registry ${registry} refused the credentials`)
      file(request).set(place, auth)
      return { place, registry, keptIn: fileOf(request) }
    },
    user: async (place, named) => (file(named).get(place) ?? file(named).get(place.split('/')[0] ?? ''))?.username,
    async logout(place, named) {
      if (!file(named).delete(place)) throw notLoggedIn(place)
    },
    logoutAll: async (named) => file(named).clear(),
    search: async (term, { limit = 25 } = {}) =>
      (init.found ?? []).filter(({ name }) => name.includes(term.split('/').at(-1) ?? '')).slice(0, limit),
    choices: (name) => (aliases.has(name) ? [] : (init.choices?.[name] ?? [])),
    remember: (name, choice) => void aliases.set(name, choice),
    defaults: () => init.defaults ?? ['docker.io'],
    async tags(location) {
      const tags = init.tags?.[location]
      if (tags === undefined) throw new EngineError('not-found', `no repository ${location}`)
      return location.startsWith('docker-archive:')
        ? { tags }
        : { repository: location.replace(/^docker:\/\//, ''), tags }
    },
    async inspect(location, request = {}) {
      const { manifest, config, ...known } = at(location)
      const tags = request.tags === true ? known.tags : []
      const documents = {
        ...(manifest === undefined ? {} : { manifest }),
        ...(config === undefined ? {} : { config })
      }
      return { ...known, tags, ...(request.parts === 'raw' ? {} : documents) }
    },
    async remove(location) {
      at(location)
      removed.add(location)
    }
  }
}
