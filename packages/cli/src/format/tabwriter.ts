import { displayWidth } from './width.ts'

const minimumWidth = 12
const padding = 2

/**
 * Aligns lines whose cells end in tabs, with columns of at least 12 characters and two spaces between them (Go's
 * text/tabwriter as Podman sets it up). The last cell of a line is not padded. A column ends where a line has no such cell.
 */
export function alignTabs(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const widths = lines.map((line) => line.map(() => 0))
  for (let column = 0, more = true; more; column++) {
    more = false
    for (let at = 0; at < lines.length; at++) {
      if (!hasCell(lines[at]!, column)) continue
      more = true
      let end = at
      let width = minimumWidth - padding
      for (; end < lines.length && hasCell(lines[end]!, column); end++)
        width = Math.max(width, displayWidth(lines[end]![column]!))
      for (let line = at; line < end; line++) widths[line]![column] = width + padding
      at = end
    }
  }
  return lines.map((line, at) => line.map((cell, column) => pad(cell, widths[at]![column]!)).join('')).join('\n')
}

/** The last cell of a line is no part of a column. */
function hasCell(line: readonly string[], column: number): boolean {
  return column < line.length - 1
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - displayWidth(cell)))
}
