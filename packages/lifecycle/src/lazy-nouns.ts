import type { Networks, Volumes } from '@runcible/interface'
import type { ReconcileParts } from './containers/reconcile.ts'

/** Loaded at the first use: what works with containers has the drivers, and no need of these operations. */
export function lazyNetworks(parts: ReconcileParts): Networks {
  const networks = async () => (await import('./networks/networks.ts')).localNetworks(parts)
  return {
    create: async (spec, options) => (await networks()).create(spec, options),
    list: async (options) => (await networks()).list(options),
    inspect: async (name) => (await networks()).inspect(name),
    exists: async (name) => (await networks()).exists(name),
    remove: async (name, options) => (await networks()).remove(name, options),
    prune: async (options) => (await networks()).prune(options)
  }
}

export function lazyVolumes(parts: ReconcileParts): Volumes {
  const volumes = async () => (await import('./volumes/volumes.ts')).localVolumesFacade(parts)
  return {
    create: async (spec, options) => (await volumes()).create(spec, options),
    list: async (options) => (await volumes()).list(options),
    inspect: async (name) => (await volumes()).inspect(name),
    exists: async (name) => (await volumes()).exists(name),
    remove: async (name, options) => (await volumes()).remove(name, options),
    prune: async (options) => (await volumes()).prune(options)
  }
}
