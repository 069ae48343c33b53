import { defineConfig } from 'vitest/config'
import { LastLookSequencer } from './tooling/e2e/src/sequencer.ts'

const conditions = ['source', 'node']
const folders = '{packages,apps,tooling}/*/test'
const needsRoot = '**/*.root.test.ts'
const stagesOfTheirOwn = ['tooling/e2e/**', 'tooling/pack/test/pack.test.ts']

// Workers and child processes that tests start resolve the workspace from source as well.
const execArgv = ['--conditions=source', '--disable-warning=ExperimentalWarning']

interface Project {
  readonly name: string
  readonly include: string[]
  readonly exclude?: string[]
  /** Seconds for one test or hook. */
  readonly seconds?: number
  /** One file after the other: they share the machine's kernel. */
  readonly isSerial?: boolean
  /** Module whose `setup` runs once for the whole project. */
  readonly globalSetup?: string
}

const project = ({ name, include, exclude = [], seconds = 10, isSerial = false, globalSetup }: Project) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Where global set-ups run.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', ...exclude],
    execArgv,
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    fileParallelism: !isSerial,
    ...(globalSetup === undefined ? {} : { globalSetup })
  }
})

export default defineConfig({
  test: {
    sequence: { sequencer: LastLookSequencer },
    projects: [
      project({ name: 'unit', include: [`${folders}/**/*.test.ts`], exclude: [needsRoot, ...stagesOfTheirOwn] }),
      project({
        name: 'root',
        include: [`${folders}/**/*.root.test.ts`, 'examples/test/*.root.test.ts'],
        exclude: stagesOfTheirOwn,
        seconds: 60,
        isSerial: true
      }),
      project({ name: 'pack', include: ['tooling/pack/test/pack.test.ts'], seconds: 300 }),
      project({
        name: 'e2e',
        include: ['tooling/e2e/test/**/*.test.ts'],
        seconds: 120,
        isSerial: true,
        globalSetup: 'tooling/e2e/src/global-setup.ts'
      })
    ]
  }
})
