import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isPublished, packageName, packages } from '@runcible/manifests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packAll, type Packed } from '../src/index.ts'

const root = join(import.meta.dirname, '../../..')
const published = packages.filter(isPublished)
const libraries = published.filter(({ layer }) => layer !== 'app').map(packageName)
const apps = published.filter(({ layer }) => layer === 'app').map(packageName)

let folder: string
let consumer: string
let packed: Packed[]

const json = (value: unknown) => JSON.stringify(value, null, 2)

/** A project of somebody else: nothing but the tarballs, and for every inner dependency the tarball too. */
function makeConsumer(): void {
  const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]))
  mkdirSync(consumer)
  writeFileSync(join(consumer, 'package.json'), json({ name: 'consumer', type: 'module', dependencies: tarballs }))
  writeFileSync(join(consumer, 'pnpm-workspace.yaml'), json({ packages: ['.'], overrides: tarballs }))
  const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile']
  execFileSync('pnpm', args, { cwd: consumer, encoding: 'utf8', timeout: 240_000 })
  mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true })
  symlinkSync(join(root, 'node_modules/@types/node'), join(consumer, 'node_modules/@types/node'))
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'))
  consumer = join(folder, 'consumer')
  packed = packAll(folder)
  makeConsumer()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(libraries)('%s', (name) => {
  const installed = () => join(consumer, 'node_modules', name)

  test('is imported by plain Node', () => {
    const script = `const module = await import('${name}'); console.log(typeof module)`
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]
    const env = { PATH: process.env['PATH'] ?? '' }
    const child = spawnSync(process.execPath, args, { cwd: consumer, env, encoding: 'utf8', timeout: 20_000 })
    expect(child).toMatchObject({ stderr: '', stdout: 'object\n', status: 0 })
  })

  test('carries its README, its licence and no sources', () => {
    const files = readdirSync(installed())
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']))
    expect(files).not.toContain('src')
  })

  test('its manifest names built files and real versions only', () => {
    const text = readFileSync(join(installed(), 'package.json'), 'utf8')
    expect(text).not.toMatch(/workspace:|"source"|\.\/src\//)
    for (const file of Object.values(JSON.parse(text).exports['.'])) {
      expect(existsSync(join(installed(), file as string))).toBe(true)
    }
  })
})

test('the types of all of them check in a consumer', () => {
  const lines = libraries.map((name, index) => `import * as m${index} from '${name}'`)
  const uses = libraries.map((_name, index) => `m${index}`).join(', ')
  const probe =
    "import { EngineError } from '@runcible/interface'\nexport const code: EngineError['code'] = 'not a code'\n"
  writeFileSync(join(consumer, 'all.ts'), `${lines.join('\n')}\nexport const all: object[] = [${uses}]\n`)
  writeFileSync(join(consumer, 'probe.ts'), probe)
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable', 'esnext.iterator', 'esnext.collection', 'esnext.array'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node']
  }
  writeFileSync(join(consumer, 'tsconfig.json'), json({ compilerOptions, include: ['*.ts'] }))
  const child = spawnSync('tsc', ['-p', '.'], { cwd: consumer, encoding: 'utf8', timeout: 120_000 })
  const errors = child.stdout.split('\n').filter((line) => line.includes('error TS') && !isOutside(line))
  // The one error proves that the types arrived: had they not, everything would be `any` and nothing wrong.
  expect(errors).toEqual([expect.stringMatching(/^probe\.ts\(2,\d+\): error TS2322/)])
})

/** Errors in declarations of packages from outside are not ours. */
const isOutside = (line: string) => line.startsWith('node_modules/') && !line.includes('@runcible')

describe.each(apps)('the app %s', (name) => {
  const call = (args: string[], node = dirname(process.execPath)) => {
    const env = { PATH: `${node}:${process.env['PATH'] ?? ''}`, HOME: folder }
    return spawnSync(join(consumer, 'node_modules/.bin', name), args, { env, encoding: 'utf8', timeout: 20_000 })
  }

  test('installs its command, which starts the Node on PATH', () => {
    const version = { stderr: '', status: 0, stdout: expect.stringMatching(/\d+\.\d+\.\d+/) }
    expect(call(['--version'])).toMatchObject(version)
    expect(call(['--help'])).toMatchObject({ stderr: '', status: 0, stdout: expect.stringContaining('Usage:') })
  })

  test('carries its README and its licence, and nothing that only this machine can run', () => {
    const installed = join(consumer, 'node_modules', name)
    expect(readdirSync(installed)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']))
    expect(existsSync(join(installed, 'dist', `${name}.cjs`))).toBe(true)
    expect(existsSync(join(installed, 'dist', name))).toBe(false)
  })

  test('says so when Node is too old', () => {
    const old = join(folder, 'old')
    mkdirSync(old, { recursive: true })
    const script = `Object.defineProperty(process.versions, 'node', { value: '22.19.0' })`
    writeFileSync(join(old, 'node'), `#!/bin/sh\nexec '${process.execPath}' --require '${old}/old.cjs' "$@"\n`, {
      mode: 0o755
    })
    writeFileSync(join(old, 'old.cjs'), script)
    const { status, stderr } = call(['--version'], old)
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: expect.stringMatching(/^Error: Node 26\.10 or newer is needed; \S+ is v\d\S+\n$/)
    })
  })
})
