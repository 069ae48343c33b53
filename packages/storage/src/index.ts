/**
 * Content-addressed blobs, safe unpacking of layers, and snapshotters.
 *
 * @packageDocumentation
 */
export { localContentStore, type LocalContentStore, type LocalContentStoreInit, type StaleIngest } from './content/local-content-store.ts'
export { layerDiffer, type LayerDifferInit } from './layer/differ.ts'
export type { UnpackLimits } from './layer/unpack-session.ts'
