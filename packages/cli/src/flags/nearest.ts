/** The long flag that was probably meant: at most three edits away, and less than half of it wrong. */
export function nearest(typed: string, spellings: readonly string[]): string | undefined {
  const ranked = spellings
    .filter((spelling) => spelling.startsWith('--'))
    .map((spelling) => ({ spelling, edits: edits(typed, spelling) }))
    .filter(({ spelling, edits }) => edits <= 3 && edits < (spelling.length - 2) / 2)
  return ranked.toSorted((a, b) => a.edits - b.edits)[0]?.spelling
}

/** Insertions, deletions, replacements and exchanges of neighbours that make one word the other. */
function edits(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const line = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isExchange = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const exchanged = isExchange ? before[column - 2]! + 1 : Number.POSITIVE_INFINITY
      line.push(Math.min(above[column]! + 1, line[column - 1]! + 1, above[column - 1]! + (isSame ? 0 : 1), exchanged))
    }
    before = above
    above = line
  }
  return above[to.length]!
}
