import { join } from 'node:path'
import type { EngineSettings } from '../settings.ts'

/** Folder of a container's files for one run (hosts, resolv.conf …); it exists exactly as long as a run is to be cleaned up. */
export const runDirectory = (settings: Pick<EngineSettings, 'runRoot'>, id: string) =>
  join(settings.runRoot, 'containers', id)

/** Folder of a container's files that last as long as the container (its log). */
export const containerDirectory = (settings: Pick<EngineSettings, 'root'>, id: string) =>
  join(settings.root, 'containers', id)
