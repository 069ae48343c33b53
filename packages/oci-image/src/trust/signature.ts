/**
 * A signature as it is kept beside an image. Nothing in it is verified.
 *
 * - `simple`: an OpenPGP message whose content is the JSON claim, containers-signature(5).
 * - `sigstore`: one layer of a cosign signature image: the claim and annotations with its signature, certificate and log entry.
 */
export type ImageSignature =
  | { readonly kind: 'simple'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'sigstore'
      readonly mediaType: string
      readonly payload: Uint8Array
      readonly annotations: Readonly<Record<string, string>>
    }
