import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalog, findCommand } from '../src/catalog.ts'

describe('catalog', () => {
  it('has no spelling twice', () => {
    const names = catalog.flatMap((entry) => entry.names)
    expect(new Set(names).size).toBe(names.length)
  })

  it('finds two words before one', () => {
    expect(findCommand(['volume', 'ls', '-q'])?.name).toBe('volume ls')
    expect(findCommand(['inspect', 'ls'])?.name).toBe('inspect')
    expect(findCommand(['container', 'ls'])?.entry.names[0]).toBe('ps')
    expect(findCommand(['nope'])).toBeUndefined()
    expect(findCommand([])).toBeUndefined()
  })

  it('is all in docs/cli.md', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
    for (const { names } of catalog) expect(text).toContain(`\`${names[0]}\``)
  })

  it('gives every command flags with a help and a single spelling', async () => {
    for (const { names, load } of catalog) {
      const { flags } = (await load()).command
      const spellings = flags.flatMap((flag) => [
        `--${flag.name}`,
        ...(flag.aliases ?? []).map((alias) => `--${alias}`),
        ...(flag.short === undefined ? [] : [`-${flag.short}`])
      ])
      expect(new Set(spellings).size, names[0]).toBe(spellings.length)
      for (const flag of flags) {
        expect(flag.help, `${names[0]} --${flag.name}`).toMatch(/^\S.*[^.\s]$/)
        expect(flag.kind === 'bool' || flag.value !== undefined, `${names[0]} --${flag.name}`).toBe(true)
      }
    }
  })
})
