import type { System, SystemInfo } from '@runcible/interface'
import { shownStatus } from '../containers/filters.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import type { Parts } from '../settings.ts'

/** The `system` part of a local engine. */
export function localSystem(parts: ReconcileParts & Pick<Parts, 'images' | 'rootfs' | 'manifests'>): System {
  const { settings } = parts
  return {
    version: () => settings.version(),
    doctor: () => settings.doctor(),
    check: async (request) => (await import('./check.ts')).checkSystem(parts, request),
    diskUsage: async (options) => (await import('./disk-usage.ts')).diskUsage(parts, options),
    prune: async (request) => (await import('./prune.ts')).pruneSystem(parts, request),
    reset: async (options) => (await import('./reset.ts')).resetSystem(parts, options),
    async info() {
      const facts = await settings.info()
      return { ...facts, store: { ...facts.store, root: settings.root, runRoot: settings.runRoot, ...counts(parts) } }
    }
  }
}

function counts(parts: Pick<Parts, 'state'>): Pick<SystemInfo['store'], 'containers' | 'images'> {
  const statuses = parts.state.containers.list().map(shownStatus)
  const running = statuses.filter((status) => status === 'running' || status === 'stopping').length
  const paused = statuses.filter((status) => status === 'paused').length
  return {
    containers: { total: statuses.length, running, paused, stopped: statuses.length - running - paused },
    images: parts.state.images.list().length
  }
}
