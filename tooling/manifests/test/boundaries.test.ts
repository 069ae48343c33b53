import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packages } from '../src/index.ts'

const root = join(import.meta.dirname, '../../..')
let copy: string

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'boundaries-'))
  for (const name of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'turbo.json', '.oxlintrc.json']) {
    cpSync(join(root, name), join(copy, name))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const { folder } of packages) {
    for (const name of ['package.json', 'turbo.json']) {
      mkdirSync(join(copy, folder), { recursive: true })
      cpSync(join(root, folder, name), join(copy, folder, name))
    }
  }
})

afterEach(() => rmSync(copy, { recursive: true, force: true }))

function write(name: string, content: string): void {
  mkdirSync(dirname(join(copy, name)), { recursive: true })
  writeFileSync(join(copy, name), content)
}

function run(tool: string, ...args: string[]) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const bin = join(root, 'node_modules/.bin', tool)
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd: copy, env, encoding: 'utf8', timeout: 30_000 })
  return { status, output: stdout + stderr }
}

const checkBoundaries = () => run('turbo', 'boundaries', '--no-color')

function declare(folder: string, field: 'dependencies' | 'devDependencies', name: string): void {
  const path = join(copy, folder, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  manifest[field] = { ...manifest[field], [name]: 'workspace:*' }
  writeFileSync(path, JSON.stringify(manifest))
}

test('the manifests of this repository pass', () => {
  expect(checkBoundaries()).toMatchObject({ status: 0, output: expect.stringContaining('no issues found') })
})

test.each([
  ['a driver imports another', 'packages/storage/src/a.ts', "export { x } from '@runcible/oci-image'\n"],
  ['a driver imports another when it is run', 'packages/storage/src/a.ts', "void import('@runcible/oci-image')\n"],
  ['a driver imports types of another', 'packages/storage/src/a.ts', "import type { X } from '@runcible/oci-image'\n"],
  ['a test of a driver imports another', 'packages/storage/test/a.test.ts', "import '@runcible/oci-image'\n"],
  ['a front end imports a driver', 'packages/cli/src/a.ts', "import { x } from '@runcible/runc-driver'\n"],
  ['the core imports the kernel', 'packages/lifecycle/src/a.ts', "import { x } from '@runcible/linux'\n"],
  ['a path leaves the package', 'packages/storage/src/a.ts', "import { x } from '../../oci-image/src/index.ts'\n"]
])('%s: refused', (_title, file, content) => {
  write('packages/oci-image/src/index.ts', 'export const x = 1\n')
  write(file, content)
  expect(checkBoundaries()).toMatchObject({ status: 1, output: expect.stringMatching(/1 issue found/) })
})

test.each(['dependencies', 'devDependencies'] as const)('a driver that declares another in %s: refused', (field) => {
  declare('packages/storage', field, '@runcible/oci-image')
  expect(checkBoundaries()).toMatchObject({ status: 1, output: expect.stringContaining('tag') })
})

test.each([
  ['shipped code uses tooling', 'packages/storage/src/a.ts', "import { x } from '@runcible/fakes'\nconsole.error(x)\n"],
  ['the kernel is called outside linux', 'packages/storage/src/a.ts', "import { x } from 'node:ffi'\nexport { x }\n"],
  ['a shell is started', 'packages/linux/src/a.ts', "import { exec } from 'node:child_process'\nexport { exec }\n"]
])('%s: refused by lint', (_title, file, content) => {
  write(file, content)
  expect(run('oxlint', file)).toMatchObject({ status: 1, output: expect.stringContaining('no-restricted-imports') })
})

test('modules that import each other are refused by lint', () => {
  write('packages/storage/src/a.ts', "export { b } from './b.ts'\nexport const a = 1\n")
  write('packages/storage/src/b.ts', "export { a } from './a.ts'\nexport const b = 1\n")
  expect(run('oxlint', 'packages/storage')).toMatchObject({ status: 1, output: expect.stringContaining('no-cycle') })
})
