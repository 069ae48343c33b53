import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { readYamlFile } from '../../src/parse/yaml.ts'

const directory = mkdtempSync(join(tmpdir(), 'yaml-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = join(directory, 'a.yaml')

const read = (text: string): Promise<unknown> => {
  writeFileSync(file, text)
  return readYamlFile(file)
}

test('reads values', async () => {
  expect(await read('a: [1, b]\nc: {d: ""}')).toEqual({ a: [1, 'b'], c: { d: '' } })
  expect(await read('')).toBeNull()
})

test.each([
  'password: *MaRkEr',
  'password: "MaRkEr',
  'password: [MaRkEr',
  'a: b\n MaRkEr: c: d',
  'password: !MaRkEr x\npassword: !MaRkEr y',
  '%MaRkEr 1\n---\na: b: c',
  'a: &MaRkEr [b]\nc: *MaRkEr',
  '}MaRkEr',
  '@MaRkEr'
])('nothing of %j is told', async (text) => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  try {
    const error = await read(text).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(/^Error: (?:line \d+: not YAML \(\w+\)|aliases are not supported)$/)
    expect(warned).not.toHaveBeenCalled()
  } finally {
    warned.mockRestore()
  }
})
