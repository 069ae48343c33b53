import { escapeControls } from './escape.ts'
import { goJsonIndented } from './json.ts'
import { alignTabs } from './tabwriter.ts'
import { compileTemplate } from './template/template.ts'

export interface ListRequest<Row> {
  /** `--format`; absent for the usual table. */
  readonly format: string | undefined
  /** Template of the usual table, without the word `table`. */
  readonly table: string
  readonly rows: readonly Row[]
  /** What `--format json` prints, if not the rows. */
  readonly json?: () => unknown
  readonly indent?: number
  /** Headings that are not the field's name in capitals. */
  readonly headings?: Readonly<Record<string, string>>
  readonly noHeading?: boolean
  /** Columns that do not change are values for a person to read: escapes control characters in them. */
  readonly terminal: boolean
}

/** A list as text: a table, JSON, or a line for each row by a template. */
export function formatList<Row extends object>(request: ListRequest<Row>): string {
  const { format, rows, json } = request
  if (format !== undefined && isJsonFormat(format))
    return `${goJsonIndented(json === undefined ? rows : json(), request.indent ?? 4)}\n`
  const isTable = format === undefined || format === 'table' || format.startsWith('table ')
  const source = isTable ? tableSource(format, request.table) : plainSource(format)
  if (source.startsWith('{{range'))
    return compileTemplate(source).render(rows, request.terminal ? escapeControls : undefined)
  const template = compileTemplate(source)
  const show = isTable || request.terminal ? escapeControls : undefined
  const lines = rows.map((row) => template.render(row, show))
  if (!isTable) return lines.map((line) => `${line}\n`).join('')
  const heading = request.noHeading === true ? [] : [template.render(headingRow(request.headings ?? {}))]
  return alignTabs([...heading, ...lines, ''].join('\n'))
}

export function isJsonFormat(format: string): boolean {
  return /^\s*(?:json|\{\{\s*json\s*\.?\s*\}\})\s*$/.test(format)
}

function tableSource(format: string | undefined, table: string): string {
  const given = format?.replace(/^table ?/, '').trim() ?? ''
  if (given === '') return table
  // Spaces between the actions of a table separate its columns.
  return plainSource(given).replace(/\{\{.*?\}\}|[^{ ]+|\{| +/gs, (part) => (/^ +$/.test(part) ? '\t' : part))
}

function plainSource(format: string): string {
  return format.replaceAll('\\t', '\t').replaceAll('\\n', '\n').trim()
}

/** Gives for every field its heading: `CreatedAt` → `CREATED AT`. */
function headingRow(headings: Readonly<Record<string, string>>): object {
  return new Proxy(
    {},
    {
      getOwnPropertyDescriptor: (_target, name) => ({ configurable: true, enumerable: true, value: String(name) }),
      get: (_target, name) => {
        const heading =
          headings[String(name)] ??
          String(name)
            .replace(/([a-z])([A-Z])/g, '$1 $2')
            .toUpperCase()
        return name === 'Label' ? (...args: readonly unknown[]) => String(args[0] ?? 'LABEL') : heading
      }
    }
  )
}
