import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeDirectory } from '../src/make-directory.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'make-directory-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

it('makes a directory with its parents, for its user alone, and leaves one that is there', () => {
  const path = join(directory, 'a/b/c')
  makeDirectory(path)
  makeDirectory(path)
  for (const part of ['a', 'a/b', 'a/b/c']) expect(statSync(join(directory, part)).mode & 0o777).toBe(0o700)
})

it('refuses a path at or below something else', () => {
  writeFileSync(join(directory, 'file'), '')
  for (const path of ['file', 'file/below'])
    expect(() => makeDirectory(join(directory, path))).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('cannot be made') })
    )
})

it('comes to an end where nothing can be made', () => {
  expect(() => makeDirectory('/proc/nothing/here')).toThrow(
    expect.objectContaining({ code: 'unavailable', hint: 'name other directories with --root and --runroot' })
  )
})
