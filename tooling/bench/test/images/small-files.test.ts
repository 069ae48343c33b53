import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { smallFiles } from '../../src/images/small-files.ts'

it('makes an archive of that many files, which tar reads', () => {
  const archive = Buffer.concat([...smallFiles(450)])
  const listed = execFileSync('tar', ['-tvf', '-'], { input: archive, encoding: 'utf8' }).trim().split('\n')
  const files = listed.filter((line) => line.startsWith('-'))
  expect(files).toHaveLength(450)
  expect(new Set(files.map((line) => line.split(/\s+/)[5])).size).toBe(450)
  expect(listed.filter((line) => line.startsWith('d'))).toHaveLength(2 + Math.ceil(450 / 20))
})
