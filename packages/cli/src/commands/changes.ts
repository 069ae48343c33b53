import type { FileChange } from '@runcible/interface'
import type { CommandContext } from '../command.ts'
import type { Flag } from '../flags/flag.ts'
import { escapeControls } from '../format/escape.ts'
import { goJsonIndented } from '../format/json.ts'
import { isJsonFormat } from '../format/list.ts'
import { UsageError } from '../usage-error.ts'

export const diffFormatFlag: Flag = {
  name: 'format',
  kind: 'string',
  value: 'json',
  help: 'Print JSON in place of lines'
}

const letters = { added: 'A', changed: 'C', deleted: 'D' } as const

/** @throws UsageError when `--format` is given and is not `json` */
export function checkDiffFormat({ flags }: Pick<CommandContext, 'flags'>): void {
  const format = flags.text('format')
  if (format !== undefined && !isJsonFormat(format))
    throw new UsageError("only supported value for '--format' is 'json'")
}

/** Prints changes as lines as they come, or all of them as one JSON document. */
export async function printChanges(
  { flags, stdio }: Pick<CommandContext, 'flags' | 'stdio'>,
  changes: AsyncIterable<FileChange>
): Promise<void> {
  if (flags.text('format') === undefined) {
    for await (const { kind, path } of changes) stdio.stdout.write(`${letters[kind]} ${escapeControls(path)}\n`)
    return
  }
  const all = await Array.fromAsync(changes)
  const paths = (kind: FileChange['kind']) => {
    const found = all.filter((change) => change.kind === kind).map(({ path }) => path)
    return found.length === 0 ? {} : { [kind]: found }
  }
  stdio.stdout.write(`${goJsonIndented({ ...paths('changed'), ...paths('added'), ...paths('deleted') }, 5)}\n`)
}
