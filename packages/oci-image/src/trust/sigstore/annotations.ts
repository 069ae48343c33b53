/** Where cosign keeps what belongs to a signature: annotations of the layer with the claim. */
export const annotationKeys = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  logEntry: 'dev.sigstore.cosign/bundle'
} as const

/** Media type of the layer with the claim. */
export const claimMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json'
