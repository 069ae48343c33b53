import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeRoots } from '../src/remove-roots.ts'

let directory: string
const at = (...names: readonly string[]): string => join(directory, ...names)
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roots-'))
  for (const name of ['root/content/blobs', 'root/volumes/v/_data', 'run/locks', 'run/tasks'])
    mkdirSync(at(name), { recursive: true })
  for (const name of ['root/state.db', 'root/volumes/v/_data/f', 'run/locks/a']) writeFileSync(at(name), 'x')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('removes both directories with everything that is the of the engine', async () => {
  expect(await removeRoots(at('root'), at('run'))).toEqual([])
  expect(readdirSync(directory)).toEqual([])
})

it('leaves and names what is not', async () => {
  writeFileSync(at('root/letter.txt'), 'dear')
  mkdirSync(at('run/mine'))
  expect(await removeRoots(at('root'), at('run'))).toEqual([at('run/mine'), at('root/letter.txt')])
  expect(readdirSync(at('root'))).toEqual(['letter.txt'])
  expect(readdirSync(at('run'))).toEqual(['mine'])
})

it('does not follow links out', async () => {
  mkdirSync(at('outside'))
  writeFileSync(at('outside/f'), 'x')
  symlinkSync(at('outside'), at('root/volumes/out'))
  symlinkSync(at('outside'), at('root/tmp'))
  await removeRoots(at('root'), at('run'))
  expect(existsSync(at('outside/f'))).toBe(true)
  expect(existsSync(at('root'))).toBe(false)
})

it('has nothing to do where nothing is', async () => {
  rmSync(at('run'), { recursive: true })
  expect(await removeRoots(at('root'), at('run'))).toEqual([])
})
