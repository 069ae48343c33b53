/** A key, keyring or certificate: a file's absolute path, or its content. */
export type KeySource = { readonly path: string } | { readonly data: Uint8Array }

/** Which identity a signature has to claim: `signedIdentity` of containers-policy.json(5). */
export type SignedIdentity =
  | { readonly type: 'matchExact' | 'matchRepoDigestOrExact' | 'matchRepository' }
  | { readonly type: 'exactReference'; readonly dockerReference: string }
  | { readonly type: 'exactRepository'; readonly dockerRepository: string }
  | { readonly type: 'remapIdentity'; readonly prefix: string; readonly signedPrefix: string }

/** Who a certificate of a sigstore signature has to be for, and who has to have issued it. */
export interface FulcioIdentity {
  /** PEM certificates; each counts as a root. */
  readonly ca: KeySource
  readonly oidcIssuer: string
  readonly subjectEmail: string
}

export type PolicyRequirement =
  | { readonly type: 'insecureAcceptAnything' }
  | { readonly type: 'reject' }
  /** Known, and never met: what it wants cannot be checked. */
  | { readonly type: 'unsupported'; readonly what: string }
  | {
      readonly type: 'signedBy'
      /** OpenPGP keyrings, binary or armoured. */
      readonly keys: readonly KeySource[]
      readonly signedIdentity: SignedIdentity
    }
  | {
      readonly type: 'sigstoreSigned'
      /** PEM public keys, or the certificate's owner; one of both. */
      readonly signer: { readonly keys: readonly KeySource[] } | { readonly fulcio: FulcioIdentity }
      /** PEM public keys of transparency logs; when there are any, one of them has to have promised to list the signature. */
      readonly rekorKeys: readonly KeySource[]
      readonly signedIdentity: SignedIdentity
    }

/** All of them have to hold. Never empty. */
export type PolicyRequirements = readonly PolicyRequirement[]

/** A policy.json: containers-policy.json(5). */
export interface TrustPolicy {
  /** Where it stands. */
  readonly file: string
  readonly default: PolicyRequirements
  /** Transport → scope → requirements; the scope `''` is the transport's default. */
  readonly transports: ReadonlyMap<string, ReadonlyMap<string, PolicyRequirements>>
}

/** Where signatures of a scope's images are kept: containers-registries.d(5). */
export interface SignaturePlace {
  /** URL to read from: file, http or https. */
  readonly lookaside?: string
  /** URL to write to, in place of `lookaside`. */
  readonly staging?: string
  /** Whether cosign signatures are looked for, and written, in the registry itself. */
  readonly attachments?: boolean
}

export interface SignaturePlaces {
  /** By `host[:port][/namespace…]`, `*.host`, or a whole reference. */
  readonly scopes: ReadonlyMap<string, SignaturePlace>
  readonly default?: SignaturePlace
  /** URL for what no file says anything about. */
  readonly fallback: string
}
