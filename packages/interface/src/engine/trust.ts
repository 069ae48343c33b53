import type { CallOptions } from '../call-options.ts'
import type { TransferRequest } from '../image.ts'

export type TrustType = 'accept' | 'reject' | 'signedBy' | 'sigstoreSigned'

/** One requirement of policy.json, as a person reads it. */
export interface TrustEntry {
  /** As in policy.json; undefined for the policy's default. */
  readonly transport?: string
  /** Empty for the default of a transport. */
  readonly scope: string
  /** `unknown`: it is known to Podman, and cannot be checked. */
  readonly type: TrustType | 'unknown'
  /** Whose OpenPGP keys are accepted: e-mail addresses, or names of owners without one. */
  readonly keyOwners: readonly string[]
  /** Where signatures of this scope are read from; empty when nothing says. */
  readonly store: string
}

export interface TrustFiles {
  /** In place of the user's or the system's. */
  readonly policyFile?: string
  /** In place of the user's or the system's registries.d. */
  readonly registriesDirectory?: string
}

export interface SetTrustRequest extends Pick<TrustFiles, 'policyFile'> {
  /** Registry, namespace or repository; `default` for everything that nothing else is said about. */
  readonly scope: string
  readonly type: TrustType
  /** Public keys for `signedBy` and `sigstoreSigned`; they have to exist. */
  readonly keyFiles: readonly string[]
}

/** A claim that these bytes are the image of that name. */
export interface SignatureSubject {
  readonly manifest: Uint8Array
  /** Name that the signature is for. */
  readonly reference: string
}

export interface SignImageRequest extends Omit<TransferRequest, 'platform' | 'signaturePolicy'> {
  /** OpenPGP key: fingerprint, key id or owner. */
  readonly signBy: string
  /** Where the signature goes, in place of what registries.d says. */
  readonly directory?: string
  /** Signs each image of an index too. */
  readonly all?: boolean
}

/** What a simple signature says of itself. */
export interface UnverifiedSignature {
  readonly digest: string
  readonly reference: string
  /** Program that made it. */
  readonly creator?: string
  /** Seconds since the epoch. */
  readonly timestamp?: number
  /** Id of the OpenPGP key, 16 hex digits. */
  readonly keyId: string
}

/** What this engine believes, and what it vouches for. */
export interface Trust {
  /** The text of policy.json. `not-found` when there is none: then everything is accepted. */
  policy(files?: Pick<TrustFiles, 'policyFile'>): Promise<{ readonly file: string; readonly text: string }>
  /** Policy and places of signatures together, the default first, the rest sorted. */
  show(files?: TrustFiles): Promise<readonly TrustEntry[]>
  /** Changes one scope of policy.json and keeps everything else in it. */
  set(request: SetTrustRequest): Promise<void>
  /** A simple signature, containers-signature(5), made with GnuPG. `not-found` without the secret key. */
  sign(
    request: SignatureSubject & { readonly signBy: string; readonly passphraseFile?: string },
    options?: CallOptions
  ): Promise<Uint8Array>
  /**
   * Verifies a simple signature by a key in `publicKeyFile`, or else in the user's GnuPG keyring. `fingerprint`: that of
   * the key to accept, or `any` of `publicKeyFile`.
   *
   * @throws EngineError `permission-denied` that says what does not match.
   */
  verify(
    request: SignatureSubject & {
      readonly signature: Uint8Array
      readonly fingerprint: string
      readonly publicKeyFile?: string
    },
    options?: CallOptions
  ): Promise<{ readonly fingerprint: string; readonly digest: string }>
  /** What a simple signature says, NOT verified: anybody can have written it. `corrupt` when it is none. */
  readUnverified(signature: Uint8Array, options?: CallOptions): Promise<UnverifiedSignature>
  /** Signs an image of a registry with GnuPG and keeps the signature outside the registry. Returns the files or URLs. */
  signImage(name: string, request: SignImageRequest, options?: CallOptions): Promise<readonly string[]>
  /** A key pair for sigstore signatures: ECDSA P-256; PEM texts, the private one encrypted as cosign does. */
  generateKey(passphrase: string): Promise<{ readonly privateKey: string; readonly publicKey: string }>
}
