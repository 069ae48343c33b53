import { defineConfig } from 'vitest/config'

const common = { resolve: { conditions: ['source', 'node'] }, ssr: { resolve: { conditions: ['source', 'node'] } } }
const folders = '{packages,apps,tooling}/*/test'
const execArgv = ['--disable-warning=ExperimentalWarning']

export default defineConfig({
  ...common,
  test: {
    projects: [
      {
        ...common,
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.ts`],
          exclude: ['**/*.root.test.ts', 'tooling/e2e/**'],
          execArgv
        }
      },
      {
        ...common,
        test: {
          name: 'root',
          include: [`${folders}/**/*.root.test.ts`],
          exclude: ['tooling/e2e/**'],
          execArgv,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false
        }
      },
      {
        ...common,
        test: {
          name: 'e2e',
          include: ['tooling/e2e/test/**/*.test.ts'],
          execArgv,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false
        }
      }
    ]
  }
})
