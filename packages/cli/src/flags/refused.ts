import { EngineError } from '@runcible/interface'
import type { Flag } from './flag.ts'
import type { FlagValues } from './values.ts'

/** Docker's content trust does not exist here: to go without it is all that can be asked for. */
export const contentTrustFlag: Flag = {
  name: 'disable-content-trust',
  kind: 'bool',
  defaultValue: true,
  help: "Go without Docker's content trust: always so"
}

/** @throws EngineError `unsupported` */
export function refuseContentTrust(values: FlagValues): void {
  if (values.bool('disable-content-trust')) return
  throw new EngineError('unsupported', "Docker's content trust (--disable-content-trust=false) is not supported", {
    hint: 'demand signatures with policy.json; see runcible image trust set'
  })
}

const encrypted = (name: string, value: string): Flag => ({
  name,
  kind: 'csv',
  value,
  help: 'Not supported: layers are neither encrypted nor decrypted'
})

export const decryptionFlag = encrypted('decryption-key', 'key[:passphrase]')
export const encryptionFlags: readonly Flag[] = [
  encrypted('encrypt-layer', 'index'),
  encrypted('encryption-key', 'protocol:key')
]

/** @throws EngineError `unsupported` */
export function refuseEncryption(values: FlagValues): void {
  const given = [decryptionFlag, ...encryptionFlags].find(({ name }) => values.has(name))
  if (given === undefined) return
  throw new EngineError(
    'unsupported',
    `encrypted layers (--${given.name}) are not supported: there is no ocicrypt here`,
    {
      hint: 'encrypt or decrypt the image with skopeo copy'
    }
  )
}

/** What always happens. */
const alwaysFlags: readonly Flag[] = [
  {
    name: 'dest-oci-accept-uncompressed-layers',
    kind: 'bool',
    defaultValue: true,
    help: 'Leave plain layers plain in oci: layouts: always so'
  },
  {
    name: 'dest-precompute-digests',
    kind: 'bool',
    defaultValue: true,
    help: 'Know the digest of a layer before it is uploaded: always so'
  }
]

export const copyOnlyFlags: readonly Flag[] = [...alwaysFlags, decryptionFlag, ...encryptionFlags]

/** @throws EngineError `unsupported` for flags of a copy that cannot be followed. */
export function refuseInCopy(values: FlagValues): void {
  refuseEncryption(values)
  const off = alwaysFlags.find(({ name }) => !values.bool(name))
  if (off !== undefined)
    throw new EngineError('unsupported', `--${off.name}=false is not supported: it is always so`, {
      hint: off.name.includes('uncompressed') ? 'pack the layers with --dest-compress' : 'leave the flag out'
    })
}
