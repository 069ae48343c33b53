import { describe, expect, it } from 'vitest'
import { formatList, isJsonFormat } from '../../src/format/list.ts'

const rows = [
  { ID: 'abc', Names: 'web', CreatedAt: 'now', Label: (key: unknown) => `l-${String(key)}` },
  { ID: 'def', Names: 'a longer name', CreatedAt: 'then', Label: () => '' }
]
const list = (format?: string, more: object = {}): string =>
  formatList({ format, table: '{{.ID}}\t{{.Names}}', rows, headings: { ID: 'CONTAINER ID' }, terminal: false, ...more })

describe('formatList', () => {
  it('aligns the usual table as Podman does', () => {
    expect(list()).toBe('CONTAINER ID  NAMES\nabc           web\ndef           a longer name\n')
    expect(list(undefined, { noHeading: true })).toBe('abc         web\ndef         a longer name\n')
    expect(list(undefined, { rows: [] })).toBe('CONTAINER ID  NAMES\n')
  })

  it('takes table templates, where spaces separate columns', () => {
    expect(list('table {{.Names}} {{.CreatedAt}} {{.Label "a"}}')).toBe(
      'NAMES          CREATED AT  a\nweb            now         l-a\na longer name  then        \n'
    )
    expect(list('table {{.ID}}\\t{{.Names}}', { noHeading: true })).toBe('abc         web\ndef         a longer name\n')
    expect(list('table')).toBe(list())
  })

  it('prints a line for each row by a template', () => {
    expect(list('{{.ID}}\\t{{.Names}}')).toBe('abc\tweb\ndef\ta longer name\n')
    expect(list('{{range .}}{{.ID}},{{end}}')).toBe('abc,def,')
  })

  it('prints json', () => {
    for (const format of ['json', ' json ', '{{json .}}', '{{ json . }}']) expect(isJsonFormat(format)).toBe(true)
    expect(isJsonFormat('{{json .ID}}')).toBe(false)
    expect(list('json', { json: () => [{ a: '<&>' }], indent: 2 })).toBe(
      '[\n  {\n    "a": "\\u003c\\u0026\\u003e"\n  }\n]\n'
    )
  })

  it('escapes control characters in tables, and everywhere on a terminal', () => {
    const hostile = { rows: [{ ID: 'x\x1b[31m\ty\nz', Names: '\u202eabc' }] }
    expect(list(undefined, hostile)).toBe('CONTAINER ID         NAMES\nx\\x1b[31m\\x09y\\x0az  \\u202eabc\n')
    expect(list('{{.ID}}', hostile)).toBe('x\x1b[31m\ty\nz\n')
    expect(list('{{.ID}}', { ...hostile, terminal: true })).toBe('x\\x1b[31m\\x09y\\x0az\n')
  })
})
