/**
 * Container images: references, a registry client, and an image store that pulls, pushes, imports and exports.
 *
 * @packageDocumentation
 */
export { dockerHub, familiarName, formatReference, normalizeReference, parseReference } from './reference.ts'
export type { QualifiedReference, Reference, ReferenceDefaults } from './reference.ts'
export { localCandidates, registryCandidates } from './short-names.ts'
export { ociImageStore } from './image-store.ts'
export { openImage, openIndex } from './open-image.ts'
export type { OpenedImage, OpenImageOptions } from './image.ts'
export type { OpenedIndex } from './image-index.ts'
export type { ImageLayer } from './layer.ts'
export { ociManifestLists } from './manifest-list/manifest-lists.ts'
export { ociArtifacts } from './artifact/artifacts.ts'
export type { ImageComponents, OciImageStoreInit, RegistriesInit, RegistryRule, ShortNames } from './init.ts'
export { copyImage, openSink, openSource, readImageFile } from './places.ts'
export type { PlaceInit, ReadFileOptions } from './places.ts'
export type { CopyOptions, CopyWish } from './copy-job.ts'
export type { ImageSink, SinkAbilities } from './transport/image-sink.ts'
export type { BlobRange, ImageSource, TransportName } from './transport/image-source.ts'
export { ociRegistries } from './registries/registries.ts'
export { registryClient } from './registry/client.ts'
export type { RegistryClient, RegistryClientInit } from './registry/client.ts'
export type { DownloadRequest } from './registry/download.ts'
export type { FetchedManifest } from './registry/manifests.ts'
export { defaultRetryPolicy } from './registry/retry.ts'
export type { RetryPolicy } from './registry/retry.ts'
export type { UploadRequest, UploadResult } from './registry/upload.ts'
export { signaturePolicy, type SignaturePolicyInit } from './trust/policy.ts'
export { registrySignatures, type RegistrySignaturesInit } from './trust/registry-signatures.ts'
export { createSignatures, type SignedImage } from './trust/sign.ts'
export type { ImageSignature } from './trust/signature.ts'
export type { PolicyCheck, SignaturePolicy } from './trust/signature-policy.ts'
export type { RegistryImage, SignatureStore } from './trust/signature-store.ts'

/** Making and judging signatures by hand; loaded when it is called. */
export const signatureTools = () => import('./trust/signature-tools.ts')
