import type { Linux } from '@runcible/linux'
import type { Monitor } from '@runcible/interface'
import type { GroupMoves } from './group-moves.ts'
import type { RuntimeCli } from './runc-cli.ts'
import type { RuncSettings } from './settings.ts'
import type { TaskFiles } from './task-files.ts'

/** What the operations on one task share. */
export interface TaskContext {
  readonly id: string
  readonly linux: Linux
  readonly settings: RuncSettings
  readonly cli: RuntimeCli
  readonly monitor: Monitor
  readonly files: TaskFiles
  readonly moves: GroupMoves
}
