import { mkdir } from 'node:fs/promises'
import { type Command, run, type Run, type RunOptions } from '../measure/command.ts'

/** A container engine with a store of its own. */
export interface Subject {
  readonly name: string
  readonly version: string
  /** Everything it keeps is below; the command lines of its processes mention it. */
  readonly directory: string
  command(...args: readonly string[]): Command
  run(args: readonly string[], options?: RunOptions): Promise<Run>
  /** Fetches an image from a registry without TLS. */
  pull(image: string, options?: RunOptions): Promise<Run>
  /** Kills and removes containers, by id. */
  remove(ids: readonly string[]): Promise<Run>
  /** Processes that work for the command line and stay when it ends. */
  daemons(): readonly number[]
  /**
   * The same program with nothing in its store. Disposal ends what runs and leaves the files: ext4 looks at every inode
   * deleted within the last minute before it takes another, so that a removal would be paid for by the next turn.
   */
  emptied(directory: string): Promise<Subject & AsyncDisposable>
}

/** What tells one subject from another, below a directory that exists. */
export interface Program {
  readonly name: string
  readonly version: string
  readonly directory: string
  readonly command: Subject['command']
  readonly pullFlags?: readonly string[]
  readonly removeFlags?: readonly string[]
  readonly daemons?: Subject['daemons']
  readonly emptied: Subject['emptied']
}

export function subjectOf(program: Program): Subject {
  const { name, version, directory, command, pullFlags = [], removeFlags = [], daemons = () => [], emptied } = program
  const runIt: Subject['run'] = (args, options) => run(command(...args), options)
  return {
    name,
    version,
    directory,
    command,
    run: runIt,
    pull: (image, options) => runIt(['pull', ...pullFlags, image], { deadline: 600_000, ...options }),
    remove: (ids) => runIt(['rm', '--force', ...removeFlags, ...ids]),
    daemons,
    emptied
  }
}

/** Removes all containers of a subject. */
export async function removeContainers(subject: Subject): Promise<void> {
  const { stdout } = await subject.run(['ps', '--all', '--quiet', '--no-trunc'])
  const ids = stdout.split('\n').filter(Boolean)
  if (ids.length > 0) await subject.remove(ids)
}

export async function madeDirectory(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  return directory
}
