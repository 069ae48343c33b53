import { readFileSync, writeFileSync } from 'node:fs'

const marks = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' }

/** Puts text between the two marks of a page. */
export function betweenMarks(page: string, text: string): string {
  const begin = page.indexOf(marks.begin)
  const end = page.indexOf(marks.end)
  if (begin < 0 || end < begin) throw new Error(`the page has no ${marks.begin} … ${marks.end}`)
  return `${page.slice(0, begin + marks.begin.length)}\n\n${text}\n\n${page.slice(end)}`
}

export function writeDocs(file: string, text: string): void {
  writeFileSync(file, betweenMarks(readFileSync(file, 'utf8'), text))
}
