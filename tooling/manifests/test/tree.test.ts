import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const notOurs = new Set(['node_modules', '.git', '.toolchain', '.turbo', 'dist', 'coverage', '.bench'])

/** Every text file of the repository, below the root. */
function textFiles(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (notOurs.has(entry.name) || entry.name.startsWith('.dist-')) return []
    if (entry.isDirectory()) return textFiles(path)
    return entry.isFile() && /(^[^.]+$|\.(ts|mjs|json|md|yaml|yml|sh|conf)$|^\.)/.test(entry.name) ? [path] : []
  })
}

const files = textFiles().map((path) => ({ path, content: readFileSync(join(root, path), 'utf8') }))

/** `path:line` of every match. */
function places(pattern: RegExp, isSearched: (path: string) => boolean = () => true): string[] {
  return files
    .filter(({ path }) => isSearched(path))
    .flatMap(({ path, content }) =>
      content.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []))
    )
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const isSource = (path: string) => /\.(ts|mjs)$/.test(path)
const isShipped = (path: string) => isSource(path) && /^(packages|apps)\/[^/]+\/src\//.test(path)

describe('the tree names no place but itself', () => {
  test('not where this checkout is', () => {
    expect(places(new RegExp(escaped(root)))).toEqual([])
  })

  test('no folder of a person or of a build machine', () => {
    const home = homedir() === '/root' ? [] : [escaped(`${homedir()}/`)]
    const patterns = [
      String.raw`/home/(?!\w*user\b)[a-z][\w.-]*/`,
      '/Users/[A-Za-z]',
      String.raw`(^|[\s'"=(:\x60])/work/`,
      ...home
    ]
    expect(places(new RegExp(patterns.join('|')), (path) => !path.endsWith('manifests/test/tree.test.ts'))).toEqual([])
  })

  test('lock files name no host', () => {
    const isLock = (path: string) => /(pnpm-lock\.yaml|package-lock\.json)$/.test(path)
    expect(files.filter(({ path }) => isLock(path))).toHaveLength(2)
    expect(places(/https?:\/\//, isLock)).toEqual([])
  })
})

describe('habits that no tool of the workspace knows', () => {
  test('no child process has a shell', () => {
    expect(places(/\bshell:\s*(true|['"`])/, (path) => isShipped(path))).toEqual([])
  })

  test('nothing shipped is unfinished', () => {
    expect(places(/\b(TODO|FIXME|XXX)\b/, isShipped)).toEqual([])
  })

  test('tests are neither skipped nor focused', () => {
    expect(places(/\b(test|it|describe)\.(skip|only|todo|fails)\b/, (path) => path.endsWith('.test.ts'))).toEqual([])
  })
})
