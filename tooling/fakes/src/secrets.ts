import { EngineError, type SecretRecord, type Secrets } from '@runcible/interface'

/** Secrets in memory. */
export function fakeSecrets(): Secrets {
  const kept = new Map<string, { readonly record: SecretRecord; readonly data: Uint8Array }>()
  let made = 0
  const find = (name: string) => {
    const found = kept.get(name) ?? [...kept.values()].find(({ record }) => name !== '' && record.id.startsWith(name))
    if (found === undefined)
      throw new EngineError('not-found', `no secret with name or id "${name}"`, { subject: { kind: 'secret', name } })
    return found
  }
  return {
    create: async ({ name, data, labels = {}, driver = 'file', onExisting }) => {
      if (driver !== 'file') throw new EngineError('unsupported', `there is no secret driver ${driver}`)
      if (!/^[a-zA-Z0-9][\w.-]*$/.test(name)) throw new EngineError('invalid-argument', `secret name ${name}`)
      if (data.length === 0 || data.length >= 512_000) throw new EngineError('invalid-argument', 'size of secret data')
      const existing = kept.get(name)
      if (existing !== undefined && onExisting === 'keep') return existing.record
      if (existing !== undefined && onExisting !== 'replace')
        throw new EngineError('already-exists', `${name}: secret name in use`)
      const now = Date.now()
      const id = (++made).toString(16).padStart(25, '0')
      const createdAt = existing?.record.createdAt ?? now
      const record: SecretRecord = { id, name, driver: 'file', labels, createdAt, updatedAt: now }
      kept.set(name, { record, data: Uint8Array.from(data) })
      return record
    },
    list: async () => [...kept.values()].map(({ record }) => record).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    inspect: async (name) => find(name).record,
    exists: async (name) => [...kept.values()].some(({ record }) => record.name === name || record.id === name),
    remove: async (name) => {
      const { record } = find(name)
      kept.delete(record.name)
      return record.id
    },
    reveal: async (name) => find(name).data
  }
}
