import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPublished, packageName, packages } from '../src/index.ts'

const folder = join(import.meta.dirname, '../../../.changeset')
const published = packages.filter(isPublished).map(packageName)

test('every changeset names published packages, each once, and says what changed', () => {
  for (const file of globSync('*.md', { cwd: folder })) {
    const [, head = '', text = ''] = readFileSync(join(folder, file), 'utf8').split(/^---$/m)
    const names = [...head.matchAll(/^"(.+)": (?:major|minor|patch)$/gm)].map(([, name]) => name)
    expect(names.length, file).toBe(head.trim().split('\n').length)
    expect(new Set(names).size, file).toBe(names.length)
    expect(names.filter((name) => !published.includes(name ?? ''))).toEqual([])
    expect(text.trim(), file).not.toBe('')
  }
})
