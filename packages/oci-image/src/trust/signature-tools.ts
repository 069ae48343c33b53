/** What is loaded only to make or judge signatures by hand. */
export { signRegistryImage, type SignRegistryImage } from './sign-image.ts'
export { generateSigstoreKey } from './sigstore/private-key.ts'
export { keyOwners } from './simple/keyring.ts'
export { readUnverified } from './unverified.ts'
export { signManifest, type StandaloneSign, type StandaloneVerify, verifyManifest } from './standalone.ts'
