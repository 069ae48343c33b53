/** One line of a k8s-file (CRI) log: `2026-01-02T03:04:05.123456789+00:00 stdout F text`. */
export interface K8sEntry {
  readonly stream: 'stdout' | 'stderr'
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  /** Whether the writer's line goes on in the next entry of the stream. */
  readonly partial: boolean
  readonly text: Buffer
}

const header = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) (stdout|stderr) ([FP])(?: |$)/

/** Longest header there is: date, nanoseconds, offset, stream and tag. */
const HEADER_LENGTH = 48

/** Undefined for bytes that are no entry, such as half of one that a power loss left. */
export const parseEntry = (line: Buffer): K8sEntry | undefined => {
  const match = header.exec(line.toString('latin1', 0, HEADER_LENGTH))
  if (match === null) return undefined
  const [whole, seconds = '', fraction = '', zone = '', stream, tag] = match
  const milliseconds = Date.parse(`${seconds}${zone}`)
  if (Number.isNaN(milliseconds)) return undefined
  return {
    stream: stream as K8sEntry['stream'],
    time: BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')),
    partial: tag === 'P',
    text: line.subarray(whole.length)
  }
}
