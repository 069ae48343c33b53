import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installExecutables } from '../src/index.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'install-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('links into a folder that it makes, and again over its own links', () => {
  const bin = join(folder, 'prefix/bin')
  installExecutables(['/opt/old/runcible'], bin)
  expect(installExecutables(['/opt/new/runcible'], bin)).toEqual([join(bin, 'runcible')])
  expect(readlinkSync(join(bin, 'runcible'))).toBe('/opt/new/runcible')
})

test('a file that is no link is never replaced', () => {
  writeFileSync(join(folder, 'runcible'), '')
  expect(() => installExecutables(['/opt/runcible'], folder)).toThrow(/is not a link/)
})
