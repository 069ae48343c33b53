import { setTimeout as sleep } from 'node:timers/promises'
import { errorText } from './error-text.ts'
import type { Benchmark, Sample, Setting } from './benchmark.ts'

/** What one contestant measured, turn by turn. */
export interface Measured {
  readonly contestant: string
  readonly samples: readonly Sample[]
  /** Why it dropped out. */
  readonly failure?: string
}

/** Milliseconds between turns, in which what a turn left behind comes to rest. */
const pause = 60

/**
 * Lets the contestants of a benchmark take turns: A B C, A B C, … One that fails drops out. Ends early, with an
 * `AbortError`, when the signal says so.
 */
export async function takeTurns(benchmark: Benchmark, setting: Setting): Promise<readonly Measured[]> {
  await using undo = new AsyncDisposableStack()
  const { signal } = setting
  const rounds = setting.isQuick ? benchmark.rounds.quick : benchmark.rounds.full
  const contestants = await benchmark.contestants(setting, undo)
  const taken = contestants.map(() => [] as Sample[])
  const failures = new Map<number, string>()
  for (let round = -benchmark.warmUps; round < rounds; round++) {
    for (const [at, contestant] of contestants.entries()) {
      if (failures.has(at)) continue
      await sleep(pause, undefined, { signal })
      try {
        const sample = await contestant.sample()
        if (round >= 0) taken[at]?.push(sample)
      } catch (error) {
        signal.throwIfAborted()
        failures.set(at, errorText(error))
      }
    }
  }
  return contestants.map(({ name }, at) => measured(name, taken[at] ?? [], failures.get(at)))
}

const measured = (contestant: string, samples: readonly Sample[], failure: string | undefined): Measured => ({
  contestant,
  samples,
  ...(failure === undefined ? {} : { failure })
})
