import { rawTar } from '@runcible/fixtures'
import type { Mount } from '@runcible/interface'
import { mountTree, unmountTree } from '@runcible/linux'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linux, temporary } from '../support.ts'
import { makeWorld } from './target-worlds.ts'

const base = rawTar([
  { name: 'job', flag: '5', mode: 0o755 },
  { name: 'job/kept', content: 'kept' }
])

const exchanging = async (a: string, b: string): Promise<AsyncDisposable> => {
  const program = join(import.meta.dirname, '../fixtures/exchange-program.ts')
  const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', program, a, b]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
  }
}

for (const kind of ['overlay', 'vfs'] as const) {
  test(`nothing outside is packed or listed while directories and links are exchanged, ${kind}`, async () => {
    await using outside = temporary()
    writeFileSync(join(outside.path, 'secret'), 'what nobody may see')
    await using world = makeWorld(kind)
    const parent = await world.stack([base, rawTar([{ name: 'other', content: 'x' }])])
    const { mounts } = await world.active(parent)
    const at = mkdtempSync(join(world.path, 'live-'))
    mountTree(linux, at, mounts)
    await using undo = new AsyncDisposableStack()
    undo.defer(() => unmountTree(linux, at))
    mkdirSync(join(at, 'job/inner'))
    writeFileSync(join(at, 'job/inner/secret'), 'inside')
    symlinkSync(outside.path, join(at, 'job/swap'))
    const lower = await world.snapshots.view('lower', parent)
    undo.use(await exchanging(join(at, 'job/inner'), join(at, 'job/swap')))
    const states: { readonly lower: readonly Mount[]; readonly upper: readonly Mount[]; readonly archive?: boolean }[] =
      [
        { lower, upper: mounts },
        { lower: [], upper: mounts, archive: true }
      ]
    let inside = 0
    for (let turn = 0; turn < 150; turn++) {
      for (const state of states) {
        const tar = Buffer.concat(await Array.fromAsync(world.differ.compare(state)))
        expect(tar.includes('what nobody may see')).toBe(false)
        if (tar.includes('inside')) inside++
      }
      const told = await Array.fromAsync(world.differ.changes({ lower, upper: mounts }))
      expect(told.map(({ path }) => path)).toEqual(expect.arrayContaining(['/job']))
      // What is written and removed under way is no reason to fail.
      mkdirSync(join(at, `new-${turn}/deep`), { recursive: true })
      if (turn > 0) rmSync(join(at, `new-${turn - 1}`), { recursive: true })
    }
    expect(inside).toBeGreaterThan(0)
  })
}
