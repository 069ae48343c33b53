import type { Subject } from './subjects/subject.ts'

/** What one turn measured: metric → number, in the unit the benchmark names. */
export type Sample = Readonly<Record<string, number>>

/** One of those that take turns. The first of a benchmark is ours. */
export interface Contestant {
  readonly name: string
  sample(): Promise<Sample>
}

export interface Metric {
  readonly title: string
  readonly unit: 'ms' | 'MB'
}

/**
 * What the first contestant must reach against another one: a ratio of medians, or a median of differences; or what
 * its own median must be, at most.
 */
export type Target =
  | { readonly metric: string; readonly against: string; readonly ratio: number }
  | { readonly metric: string; readonly against: string; readonly difference: number }
  | { readonly metric: string; readonly atMost: number }

export interface Setting {
  /** Empty directory that the benchmark may fill; on the filesystem of every store. */
  readonly directory: string
  readonly isQuick: boolean
  /** Ours first. */
  readonly subjects: readonly Subject[]
  /** `host:port` of a registry on the loopback, without TLS. */
  readonly registry: string
  /** Name of a busybox image that every subject has in its store. */
  readonly image: string
  /** Folder that outlives the run. */
  readonly cache: string
  readonly log: (line: string) => void
  /** Ends preparations that take long. */
  readonly signal: AbortSignal
}

export interface Benchmark {
  readonly name: string
  readonly title: string
  readonly metrics: Readonly<Record<string, Metric>>
  readonly rounds: { readonly full: number; readonly quick: number }
  /** Turns before those that count. */
  readonly warmUps: number
  readonly targets: readonly Target[]
  /** Whatever is prepared registers its undo. */
  contestants(setting: Setting, undo: AsyncDisposableStack): Promise<readonly Contestant[]>
}

/**
 * For a benchmark that does the same with every subject: `prepare` gives what a turn of the subject does. A subject
 * that cannot be prepared fails at its first turn, so that the others go on.
 */
export async function eachSubject(
  { subjects, signal }: Setting,
  prepare: (subject: Subject) => Promise<() => Promise<Sample>>
): Promise<Contestant[]> {
  const contestants: Contestant[] = []
  for (const subject of subjects) {
    signal.throwIfAborted()
    const sample = await prepare(subject).catch((error: unknown) => () => Promise.reject<Sample>(error))
    contestants.push({ name: subject.name, sample })
  }
  return contestants
}
