import { UsageError } from '../../usage-error.ts'
import { evaluate } from './evaluator.ts'
import { TemplateError } from './lexer.ts'
import { parseTemplate } from './parser.ts'

/** A template that was parsed. */
export interface Template {
  /** `show` is applied to every value written, not to the template's own text. @throws UsageError */
  render(data: unknown, show?: (text: string) => string): string
}

/** Go's text/template, as `--format` takes it. @throws UsageError */
export function compileTemplate(source: string): Template {
  const nodes = reporting(() => parseTemplate(source))
  return { render: (data, show) => reporting(() => evaluate(nodes, data, show)) }
}

function reporting<Result>(act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (error instanceof TemplateError) throw new UsageError(`invalid --format: ${error.message}`)
    throw error
  }
}
