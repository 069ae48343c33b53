import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux, removeTree } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { fs } = createLinux()
const directory = temporaryDirectory()
const inside = (name: string) => join(directory.path, name)

test('removes everything, whatever its name', () => {
  mkdirSync(inside('tree/a/b'), { recursive: true })
  writeFileSync(inside('tree/a/b/file'), '')
  writeFileSync(Buffer.concat([Buffer.from(inside('tree/a/')), Buffer.from([0xff, 0x0a])]), '')
  removeTree(fs, directory.fd, 'tree')
  expect(existsSync(inside('tree'))).toBe(false)
})

test('removes links, never what they lead to', () => {
  mkdirSync(inside('kept'))
  writeFileSync(inside('kept/file'), 'kept')
  mkdirSync(inside('tree'))
  symlinkSync(inside('kept'), inside('tree/directory'))
  symlinkSync(inside('kept/file'), inside('tree/file'))
  symlinkSync('nowhere', inside('tree/dangling'))
  removeTree(fs, directory.fd, 'tree')
  expect(existsSync(inside('tree'))).toBe(false)
  expect(readFileSync(inside('kept/file'), 'utf8')).toBe('kept')
})

test('removes directories nested deeper than a path can say', () => {
  mkdirSync(inside('tree'))
  // A name that the removal would use itself.
  mkdirSync(inside('tree/lifted-0/inner'), { recursive: true })
  let fd = fs.openAt(directory.fd, 'tree', ['read', 'directory'])
  for (let depth = 0; depth < 3000; depth++) {
    fs.mkdirAt(fd, 'd', 0o700)
    const next = fs.openAt(fd, 'd', ['read', 'directory'])
    fs.close(fd)
    fd = next
  }
  fs.close(fs.openAt(fd, 'file', ['write', 'create'], 0o600))
  fs.close(fd)
  removeTree(fs, directory.fd, 'tree')
  expect(existsSync(inside('tree'))).toBe(false)
})

test('is content when nothing is there', () => {
  removeTree(fs, directory.fd, 'absent')
  expect(existsSync(directory.path)).toBe(true)
})
