/**
 * Every driver, by the name that configuration and records use. Loaded when it is needed; this list and the assembly
 * are the only places that know which ones there are.
 */
export const runtimeDrivers = {
  runc: async () => (await import('@runcible/runc-driver')).runc
}

export const storageDrivers = {
  overlay: async () => (await import('@runcible/storage')).overlaySnapshotter,
  'fuse-overlayfs': async () => (await import('@runcible/storage')).fuseOverlayfsSnapshotter,
  vfs: async () => (await import('@runcible/storage')).vfsSnapshotter
}

export const networkDrivers = {
  bridge: async () => (await import('@runcible/netns-cni')).bridgeNetworks,
  cni: async () => (await import('@runcible/netns-cni')).cniNetworks
}
