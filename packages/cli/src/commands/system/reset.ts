import type { CommandModule } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { escapeControls } from '../../format/escape.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description:
    'Stops and removes all containers, and removes images, networks, volumes and everything else below --root and --runroot\nthat this engine made. Other files there stay, and are named.',
  flags: [{ name: 'force', short: 'f', kind: 'bool', help: 'Do not ask' }],
  async run(context) {
    const { flags, args, stdio, engine, interruption } = context
    checkArguments(args, 0, 0)
    const { system } = await engine()
    if (!flags.bool('force')) {
      const { store } = await system.info({ signal: interruption.signal })
      if (!(await confirm(context, warningOf(store.root, store.runRoot)))) return
    }
    for (const path of await system.reset({ signal: interruption.signal }))
      stdio.stderr.write(`${escapeControls(path)} is not the engine's and was left alone\n`)
  }
}

function warningOf(root: string, runRoot: string): string {
  const lines = [
    'all containers',
    'all images',
    'all networks',
    'all volumes',
    `the graphRoot directory: "${escapeControls(root)}"`,
    `the runRoot directory: "${escapeControls(runRoot)}"`
  ]
  return ['This will remove:', ...lines.map((line) => `        - ${line}`)].join('\n')
}
