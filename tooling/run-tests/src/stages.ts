import { runChecks } from './checks.ts'
import { command } from './command.ts'
import { oneFailed, onePassed, type Tally } from './tally.ts'
import { runVitest } from './vitest.ts'

export interface StageInput {
  /** Absolute path of the repository. */
  readonly root: string
  /** Passed to vitest: parts of file names. */
  readonly filters: readonly string[]
}

export interface Stage {
  readonly name: string
  readonly title: string
  readonly needsRoot?: boolean
  /** Stage that must not have failed in this run. */
  readonly after?: string
  readonly run: (input: StageInput) => Promise<Tally>
}

const vitest = (project: string) => (input: StageInput) => runVitest(input.root, project, input.filters)

async function bundle({ root }: StageInput): Promise<Tally> {
  const { code } = await command('node', ['tooling/bundle/src/main.ts'], { cwd: root, deadline: 300_000 })
  return code === 0 ? onePassed : oneFailed
}

/** In the order of a whole run: what is quick and needs least comes first. */
export const stages: readonly Stage[] = [
  { name: 'check', title: 'types, lint, format, manifests, boundaries', run: ({ root }) => runChecks(root) },
  { name: 'unit', title: 'tests that need no root', run: vitest('unit') },
  { name: 'bundle', title: 'the executables', run: bundle },
  { name: 'pack', title: 'what is published, installed into an empty folder', after: 'bundle', run: vitest('pack') },
  { name: 'root', title: 'tests with the real kernel, runc and registry', needsRoot: true, run: vitest('root') },
  { name: 'e2e', title: 'tests of the executables', needsRoot: true, after: 'bundle', run: vitest('e2e') }
]
