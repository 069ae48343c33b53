/** A line of a file, or a piece of one that is too long to hold. */
export interface PhysicalLine {
  readonly bytes: Buffer
  /** Whether it goes on in the next piece. */
  readonly cut: boolean
}

/** No line that a monitor writes is longer; of others no more than this is held. */
export const LONGEST_LINE = 64 * 1024

/** Splits bytes into lines. What has no newline yet is kept for the next call. */
export const lineSplitter = (): ((chunk: Buffer) => PhysicalLine[]) => {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const lines: PhysicalLine[] = []
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10)) {
      lines.push({ bytes: data.subarray(0, end), cut: false })
      data = data.subarray(end + 1)
    }
    for (; data.length >= LONGEST_LINE; data = data.subarray(LONGEST_LINE)) {
      lines.push({ bytes: data.subarray(0, LONGEST_LINE), cut: true })
    }
    rest = Buffer.from(data)
    return lines
  }
}
