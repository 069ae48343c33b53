import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import type { Sample, Setting } from '../benchmark.ts'
import { run, type Run, type RunOptions } from '../measure/command.ts'
import { watchPeakMemory } from '../measure/peak-memory.ts'
import type { Subject } from '../subjects/subject.ts'

/** What a benchmark of an empty store measures. */
export const coldMetrics = {
  wall: { title: 'time', unit: 'ms' },
  peak: { title: 'peak RSS, daemons included', unit: 'MB' }
} as const

/** What runs, told of the process it started. */
type Work = (options: Pick<RunOptions, 'onStart'>) => Promise<Run>

/** Time and memory of work that begins with the disk at rest. `daemons` count too. */
export async function measured(work: Work, daemons: readonly number[] = []): Promise<Sample> {
  // What earlier turns wrote must not be paid for by this one.
  await run({ file: 'sync', args: [], env: {} })
  await sleep(500)
  const pids = [...daemons]
  const watch = watchPeakMemory(() => pids)
  try {
    const { wall } = await work({ onStart: (pid) => pids.push(pid) })
    return { wall, peak: watch.stop() }
  } finally {
    watch.stop()
  }
}

/** Turns of a subject, each with nothing in its store. */
export function coldTurns(
  subject: Subject,
  { directory }: Pick<Setting, 'directory'>,
  work: (cold: Subject) => Work
): () => Promise<Sample> {
  let turn = 0
  return async () => {
    await using cold = await subject.emptied(join(directory, `${subject.name}${turn++}`))
    return await measured(work(cold), cold.daemons())
  }
}
