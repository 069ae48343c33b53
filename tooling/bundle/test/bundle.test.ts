import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
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
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../src/index.ts'

let folder: string
let runInto: (executable: string, ...args: string[]) => Record<string, unknown>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  cpSync(join(import.meta.dirname, 'fixture'), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await bundle({ folder, name: 'demo', node: process.execPath })
  runInto = (executable, ...args) => JSON.parse(execFileSync(executable, args, { encoding: 'utf8', timeout: 10_000 }))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const demo = (...args: string[]) => runInto(join(folder, 'dist/demo'), ...args)

describe('executable', () => {
  test('starts the given Node and passes its arguments', () => {
    expect(demo('self', '--a', 'b c')).toMatchObject({ exec: process.execPath, argv: ['self', '--a', 'b c'] })
  })

  test('starts the given Node even when another is first on PATH', () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'node'), '#!/bin/sh\nexit 9\n')
    chmodSync(join(bin, 'node'), 0o755)
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` }
    const output = execFileSync(join(folder, 'dist/demo'), ['self'], { encoding: 'utf8', env })
    expect(JSON.parse(output).exec).toBe(process.execPath)
  })

  test('works through a symbolic link', () => {
    const link = join(folder, 'link')
    symlinkSync(join(folder, 'dist/demo'), link)
    expect(runInto(link, 'where')['folder']).toBe(join(folder, 'dist'))
  })

  test('the published one starts the Node on PATH', () => {
    const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}` }
    const output = execFileSync(join(folder, 'dist/demo.cjs'), ['self'], { encoding: 'utf8', env })
    expect(JSON.parse(output).exec).toBe(process.execPath)
  })

  test('prints no warning about experimental features', () => {
    const output = execFileSync('/bin/sh', ['-c', '"$1" ffi 2>&1', 'sh', join(folder, 'dist/demo')], {
      encoding: 'utf8'
    })
    expect(output).toBe('{"dlopen":"function"}\n')
  })

  test('a path with a space is started by a shell', async () => {
    const spaced = join(folder, 'with space')
    cpSync(join(import.meta.dirname, 'fixture'), spaced, { recursive: true })
    symlinkSync(process.execPath, join(spaced, 'node'))
    await bundle({ folder: spaced, name: 'demo', node: join(spaced, 'node') })
    expect(runInto(join(spaced, 'dist/demo'), 'self', '$HOME')['argv']).toEqual(['self', '$HOME'])
  })
})

describe('chunks', () => {
  test('a dynamic import is a chunk of its own, loaded when reached', () => {
    expect(readdirSync(join(folder, 'dist/chunks'))).toEqual(expect.arrayContaining(['heavy.cjs', 'echo-worker.cjs']))
    expect(demo()['chunks']).not.toContain('heavy.cjs')
    expect(demo('heavy')).toMatchObject({ connect: 'function', tls: ['tls'] })
  })

  test('builtins load at their first use', () => {
    expect(demo()['loaded']).toEqual([])
    expect(demo('hash')['loaded']).toEqual(['crypto'])
    expect(demo('heavy')['before']).toEqual([])
  })

  test('a dynamic import of a builtin has its default export', () => {
    expect(demo('dynamic')).toEqual({ same: true })
  })

  test('import.meta names the bundled file', () => {
    const file = join(folder, 'dist/main.cjs')
    expect(demo('where')).toEqual({ file, folder: join(folder, 'dist'), url: `file://${file}` })
  })

  test('a worker named by URL runs', () => {
    expect(demo('worker')).toEqual({ answer: 'worker got ping' })
  })
})

describe('compiled code', () => {
  const cached = async (verbs: readonly string[]) => {
    const app = mkdtempSync(join(folder, 'cached-'))
    cpSync(join(import.meta.dirname, 'fixture'), app, { recursive: true })
    await bundle({ folder: app, name: 'demo', node: process.execPath, verbs })
    const run = (...args: string[]) => runInto(join(app, 'dist/demo'), ...args)
    const files = (verb: string) => {
      const [version = ''] = readdirSync(join(app, 'dist/.cache'))
      return readdirSync(join(app, 'dist/.cache', version, verb))
    }
    const names = (verb: string) => files(verb).map((file) => file.replace(/-\d+-\d+$/, ''))
    return { app, run, files, names }
  }

  test('is kept for each verb, and used', async () => {
    const { run, names } = await cached(['hash', 'heavy'])
    const first = run('heavy')
    expect(names('heavy')).toEqual(expect.arrayContaining(['main.cjs', 'heavy.cjs']))
    expect(run('heavy')).toEqual(first)
    run('where')
    expect(names('other')).toContain('main.cjs')
    expect(names('other')).not.toContain('heavy.cjs')
  })

  test('is kept anew with what a later run loads', async () => {
    const { run, names } = await cached([])
    run('where')
    run('heavy')
    expect(names('other')).toContain('heavy.cjs')
  })

  test('that is damaged is not used', async () => {
    const { app, run, files } = await cached([])
    const first = run('where')
    const [version = ''] = readdirSync(join(app, 'dist/.cache'))
    const file = files('other').find((name) => name.startsWith('main.cjs')) ?? ''
    writeFileSync(join(app, 'dist/.cache', version, 'other', file), 'no code')
    expect(run('where')).toEqual(first)
    expect(readFileSync(join(app, 'dist/.cache', version, 'other', file)).length).toBeGreaterThan(100)
  })

  test('of a changed file is not used', async () => {
    const { app, run } = await cached([])
    run('self', 'x')
    const main = join(app, 'dist/main.cjs')
    writeFileSync(main, readFileSync(main, 'utf8').replace('argv', 'vgra'))
    expect(run('self', 'x')).toHaveProperty('vgra')
  })

  test('cannot be kept in a folder that is none', async () => {
    const { app, run } = await cached([])
    writeFileSync(join(app, 'dist/.cache'), '')
    expect(run('hash')).toHaveProperty('sha256')
  })
})

describe('what is loaded together', () => {
  const grouped = async (together: Record<string, string[]>) => {
    const app = join(folder, 'grouped')
    cpSync(join(import.meta.dirname, 'fixture'), app, { recursive: true })
    await bundle({ folder: app, name: 'demo', node: process.execPath, together })
    return app
  }

  test('is one chunk, without what the entry has loaded before', async () => {
    const app = await grouped({ weighty: ['src/heavy.ts'] })
    expect(readdirSync(join(app, 'dist/chunks'))).toEqual(expect.arrayContaining(['core.cjs', 'weighty.cjs']))
    const modules = JSON.parse(readFileSync(join(app, 'dist/modules.json'), 'utf8'))
    expect(modules).toMatchObject({ 'chunks/core.cjs': ['src/loaded.ts'], 'chunks/weighty.cjs': ['src/heavy.ts'] })
    expect(runInto(join(app, 'dist/demo'))['chunks']).toEqual(expect.arrayContaining(['main.cjs', 'core.cjs']))
    expect(runInto(join(app, 'dist/demo'))['chunks']).not.toContain('weighty.cjs')
    expect(runInto(join(app, 'dist/demo'), 'heavy')).toMatchObject({ connect: 'function', tls: ['tls'] })
    expect(runInto(join(app, 'dist/demo'), 'worker')).toEqual({ answer: 'worker got ping' })
  })

  test('must be part of the app', async () => {
    await expect(grouped({ other: ['src/none.ts'] })).rejects.toThrow(/none\.ts belongs to chunk other, but nothing/)
  })
})

test('an import that cannot be resolved fails, and the bundle before it stays', async () => {
  const broken = join(folder, 'broken')
  mkdirSync(join(broken, 'src'), { recursive: true })
  writeFileSync(join(broken, 'src/main.ts'), 'console.log(1)\n')
  await bundle({ folder: broken, name: 'demo', node: process.execPath })
  writeFileSync(join(broken, 'src/main.ts'), "import { x } from 'no-such-package'\nconsole.log(x)\n")
  await expect(bundle({ folder: broken, name: 'demo', node: process.execPath })).rejects.toThrow(/no-such-package/)
  expect(existsSync(join(broken, 'dist/demo'))).toBe(true)
  expect(readdirSync(broken).filter((name) => name.startsWith('.dist'))).toEqual([])
})
