import type { Artifacts } from '../artifact.ts'
import type { EventBus } from '../event.ts'
import type { ManifestLists } from '../manifest-list.ts'
import type { Containers } from './containers.ts'
import type { Images } from './images.ts'
import type { Networks } from './networks.ts'
import type { Registries } from './registries.ts'
import type { Secrets } from './secrets.ts'
import type { System } from './system.ts'
import type { Trust } from './trust.ts'
import type { Volumes } from './volumes.ts'

/**
 * The engine as front ends and programs see it, a noun at a time. Local (`lifecycle`) or remote (`api-client`).
 * Disposing it releases this process's handles; containers go on.
 */
export interface Engine extends AsyncDisposable {
  readonly containers: Containers
  readonly images: Images
  readonly manifests: ManifestLists
  readonly artifacts: Artifacts
  readonly networks: Networks
  readonly registries: Registries
  readonly volumes: Volumes
  readonly secrets: Secrets
  readonly system: System
  readonly trust: Trust
  readonly events: Pick<EventBus, 'subscribe'>
}
