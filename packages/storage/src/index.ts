/**
 * Content-addressed blobs, safe unpacking of layers, and snapshotters.
 *
 * @packageDocumentation
 */
export {
  localContentStore,
  type LocalContentStore,
  type LocalContentStoreInit,
  type StaleIngest
} from './content/local-content-store.ts'
export { layerDiffer, type LayerDifferInit } from './layer/differ.ts'
export type { UnpackLimits } from './layer/unpack-session.ts'
export { rootfsAccess, type RootfsAccessInit } from './rootfs/rootfs-access.ts'
export { fuseOverlayfsSnapshotter, type FuseOverlayfsSnapshotterInit } from './snapshot/fuse-overlayfs.ts'
export { overlaySnapshotter, type OverlaySnapshotterInit } from './snapshot/overlay.ts'
export { probeSnapshotter, type SnapshotterSupport } from './snapshot/probe.ts'
export type { LocalSnapshotter } from './snapshot/snapshotter.ts'
export { vfsSnapshotter, type VfsSnapshotterInit } from './snapshot/vfs.ts'
