import { EngineError, type CallOptions, type SecretRecord, type Secrets, type SecretSpec } from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { randomHex } from '../text/random.ts'
import { deleteSecret, findSecret, readSecrets, writeSecret } from './secret-files.ts'

export type SecretParts = Pick<Parts, 'state'> & { readonly settings: Pick<Parts['settings'], 'root'> }

/** Bytes, as with Podman. */
const tooLong = 512_000

const secretName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,252}$/

/** The secrets below an engine's root. */
export function localSecrets({ state, settings }: SecretParts): Secrets {
  const { root } = settings
  const locked = async <T>(options: CallOptions, action: () => T): Promise<T> => {
    await using _lock = await state.lock('secrets', options)
    return action()
  }
  return {
    create: (spec, options = {}) => {
      checkSpec(spec)
      return locked(options, () => createSecret(root, spec))
    },
    list: async () => readSecrets(root).map(({ record }) => record),
    inspect: async (name) => findSecret(root, name).record,
    exists: async (name) => readSecrets(root).some(({ record }) => record.name === name || record.id === name),
    remove: (name, options = {}) =>
      locked(options, () => {
        const { id } = findSecret(root, name).record
        deleteSecret(root, id)
        return id
      }),
    reveal: async (name) => findSecret(root, name).data
  }
}

function checkSpec({ name, data, driver = 'file' }: SecretSpec): void {
  if (!secretName.test(name)) {
    throw new EngineError('invalid-argument', `secret name ${JSON.stringify(name.slice(0, 80))} is not valid`, {
      hint: 'names begin with a letter or digit and go on with letters, digits, "_", "." and "-"'
    })
  }
  if (driver !== 'file')
    throw new EngineError('unsupported', `there is no secret driver ${JSON.stringify(driver)}: only file`)
  if (data.length === 0 || data.length >= tooLong)
    throw new EngineError('invalid-argument', `secret data must be larger than 0 and less than ${tooLong} bytes`)
}

function createSecret(root: string, { name, data, labels = {}, onExisting }: SecretSpec): SecretRecord {
  const namesakes = readSecrets(root).filter(({ record }) => record.name === name)
  const existing = namesakes[0]?.record
  if (existing !== undefined && onExisting === 'keep') return existing
  if (existing !== undefined && onExisting !== 'replace') {
    throw new EngineError('already-exists', `${name}: secret name in use`, {
      subject: { kind: 'secret', name },
      hint: 'remove it first, or use --replace'
    })
  }
  const now = Date.now()
  const record: SecretRecord = {
    id: randomHex(13).slice(1),
    name,
    driver: 'file',
    labels,
    createdAt: existing?.createdAt ?? now,
    updatedAt: now
  }
  // In this order: cut off in between, there are two of the name for a moment, and never none.
  writeSecret(root, { record, data: Buffer.from(data) })
  for (const { record: old } of namesakes) deleteSecret(root, old.id)
  return record
}
