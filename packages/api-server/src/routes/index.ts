import type { Engine } from '@runcible/interface'
import { dockerContainers } from './docker/containers.ts'
import { dockerSystem } from './docker/system.ts'
import { libpodContainers } from './libpod/containers.ts'
import { libpodSystem } from './libpod/system.ts'
import type { Route } from './route.ts'

/** Everything that is served. */
export function routes(engine: Engine, socket: () => string | undefined): readonly Route[] {
  return [
    ...dockerSystem(engine.system),
    ...dockerContainers(engine),
    ...libpodSystem(engine.system, socket),
    ...libpodContainers(engine)
  ]
}
