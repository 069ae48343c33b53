import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLinux } from '@runcible/linux'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeTree } from '../src/remove-tree.ts'

describe('removeTree', () => {
  const { fs } = createLinux()
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'remove-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('removes everything, whatever its name', () => {
    mkdirSync(join(folder, 'tree/a/b'), { recursive: true })
    writeFileSync(join(folder, 'tree/a/b/file'), '')
    writeFileSync(Buffer.concat([Buffer.from(join(folder, 'tree/a/')), Buffer.from([0xff, 0x0a])]), '')
    removeTree(fs, join(folder, 'tree'))
    expect(existsSync(join(folder, 'tree'))).toBe(false)
  })

  it('removes links, never what they lead to', () => {
    mkdirSync(join(folder, 'kept'))
    writeFileSync(join(folder, 'kept/file'), 'kept')
    mkdirSync(join(folder, 'tree'))
    symlinkSync(join(folder, 'kept'), join(folder, 'tree/directory'))
    symlinkSync(join(folder, 'kept/file'), join(folder, 'tree/file'))
    symlinkSync('nowhere', join(folder, 'tree/dangling'))
    removeTree(fs, join(folder, 'tree'))
    expect(existsSync(join(folder, 'tree'))).toBe(false)
    expect(readFileSync(join(folder, 'kept/file'), 'utf8')).toBe('kept')
  })

  it('is content when nothing is there', () => {
    removeTree(fs, join(folder, 'absent'))
    expect(existsSync(folder)).toBe(true)
  })
})
