export interface Summary {
  readonly median: number
  readonly min: number
  readonly p90: number
}

/** The value below which that share of the values lies, interpolated. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? NaN
  const high = sorted[Math.ceil(at)] ?? NaN
  return low + (high - low) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export const summaryOf = (values: readonly number[]): Summary => ({
  median: median(values),
  min: Math.min(...values),
  p90: quantile(values, 0.9)
})

export interface Comparison {
  /** Of the medians. */
  readonly ratio: number
  /** 10th and 90th percentile of the ratios of neighbours: the turns of one round. */
  readonly spread: readonly [low: number, high: number]
  /** Median of the differences of neighbours. */
  readonly difference: number
}

/** Our values against another's, measured in the same rounds. */
export function compare(ours: readonly number[], theirs: readonly number[]): Comparison {
  const pairs = ours.slice(0, theirs.length).map((value, round) => [value, theirs[round] as number] as const)
  const ratios = pairs.map(([our, their]) => our / their)
  return {
    ratio: median(ours) / median(theirs),
    spread: [quantile(ratios, 0.1), quantile(ratios, 0.9)],
    difference: median(pairs.map(([our, their]) => our - their))
  }
}
