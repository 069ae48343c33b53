import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLinux } from '@runcible/linux'
import { expect, it } from 'vitest'
import { removeRoots } from '../src/remove-roots.ts'

const linux = createLinux()

it('deletes nothing while something is mounted below, and only the content of a mount point', async () => {
  await using undo = new AsyncDisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'roots-'))
  undo.defer(() => rmSync(directory, { recursive: true, force: true }))
  const [root, run, data] = ['root', 'run', 'data'].map((name) => join(directory, name)) as [string, string, string]
  for (const path of [root, run, data]) mkdirSync(path)
  writeFileSync(join(data, 'f'), 'x')
  linux.mount.mount({ type: 'tmpfs', source: 'tmpfs', target: root })
  undo.defer(() => linux.mount.unmount(root, { detach: true }))
  const inside = join(root, 'volumes', 'v')
  mkdirSync(inside, { recursive: true })
  linux.mount.bind({ source: data, target: inside })
  await expect(removeRoots(root, run)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: expect.stringContaining(inside)
  })
  expect(existsSync(join(inside, 'f'))).toBe(true)
  linux.mount.unmount(inside, {})
  expect(await removeRoots(root, run)).toEqual([])
  expect(readdirSync(root)).toEqual([])
  expect(existsSync(join(data, 'f'))).toBe(true)
  expect(existsSync(run)).toBe(false)
})
