import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineSettings } from '../settings.ts'

/**
 * Folder of a container's files for one run (hosts, resolv.conf …). It exists as long as there is something to do at the
 * exit: a run to be cleaned up, or the restart or removal that follows.
 */
export const runDirectory = (settings: Pick<EngineSettings, 'runRoot'>, id: string) =>
  join(settings.runRoot, 'containers', id)

export const removeRunDirectory = (settings: Pick<EngineSettings, 'runRoot'>, id: string): void =>
  rmSync(runDirectory(settings, id), { recursive: true, force: true })

/** Folder of a container's files that last as long as the container (its log). */
export const containerDirectory = (settings: Pick<EngineSettings, 'root'>, id: string) =>
  join(settings.root, 'containers', id)
