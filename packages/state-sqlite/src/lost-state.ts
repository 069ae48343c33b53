import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '@runcible/interface'

/**
 * Refuses to begin anew where a database was: an empty list would hide containers that may be running.
 * The folder is looked at first: a process that makes database and containers right now makes the database first.
 */
export function refuseLostDatabase(path: string): void {
  if (existsSync(path)) return
  const containers = containersBeside(path)
  if (containers > 0 && !existsSync(path)) throw lostState(path, 'is missing', containers)
}

/** The same for a database without any table, inside the transaction that would make them. */
export function refuseEmptiedDatabase(path: string): void {
  const containers = containersBeside(path)
  if (containers > 0) throw lostState(path, 'is empty', containers)
}

const folderBeside = (path: string) => join(dirname(path), 'containers')

function containersBeside(path: string): number {
  try {
    return readdirSync(folderBeside(path)).length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

const lostState = (path: string, what: string, containers: number) =>
  new EngineError(
    'corrupt',
    `the state database ${path} ${what}, but ${folderBeside(path)} has ${containers} container(s)`,
    {
      hint: `put the database back from a backup, or move ${folderBeside(path)} away to start with an empty state; running containers keep running`
    }
  )
