import { command } from './command.ts'
import { add, nothing, oneFailed, onePassed, type Tally } from './tally.ts'

interface Check {
  readonly name: string
  readonly argv: readonly [string, ...string[]]
}

/** Module cycles are a lint rule; cycles between packages are refused by the manifests. */
const checks: readonly Check[] = [
  { name: 'types', argv: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', argv: ['oxlint'] },
  { name: 'format', argv: ['oxfmt', '--check'] },
  { name: 'manifests', argv: ['node', 'tooling/manifests/src/generate.ts', '--check'] },
  { name: 'boundaries', argv: ['turbo', 'boundaries', '--no-color'] }
]

/** Runs every check and shows the output of those that fail; each counts as one test. */
export async function runChecks(root: string): Promise<Tally> {
  let tally = nothing
  for (const { name, argv } of checks) {
    const [file, ...args] = argv
    const started = performance.now()
    const { code, output } = await command(file, args, { cwd: root, deadline: 300_000, capture: true })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`  ${code === 0 ? '✔' : '✘'} ${name.padEnd(12)} ${seconds} s   ${argv.join(' ')}`)
    if (code !== 0) console.log(output.trimEnd().replaceAll(/^/gm, '    '))
    tally = add(tally, code === 0 ? onePassed : oneFailed)
  }
  return tally
}
