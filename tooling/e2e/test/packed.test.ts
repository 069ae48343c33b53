import { mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const app = join(import.meta.dirname, '../../../apps/runcible')

/** Packs the app and installs it as a user would, into a prefix of its own. */
async function installPacked(): Promise<string> {
  const [folder, prefix] = [box.file('packed'), box.file('prefix')]
  mkdirSync(folder)
  await execa('pnpm', ['pack', '--pack-destination', folder], { cwd: app, timeout: 60_000 })
  const tarball = join(folder, readdirSync(folder)[0]!)
  const flags = ['--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix]
  await execa('npm', ['install', ...flags, tarball], { env: { HOME: box.file() }, timeout: 60_000 })
  return join(prefix, 'bin/runcible')
}

describe('the published command, installed by npm', () => {
  oursOnly('runs containers, and finishes them by itself', async () => {
    const command = realpathSync(await installPacked())
    const { args, env } = box.invocation([])
    const runcible = async (...words: string[]): Promise<string> =>
      (await execa(command, [...args, ...words], { env, extendEnv: false, timeout: 60_000 })).stdout
    expect(await runcible('run', '--rm', ...box.sh('echo $((6 * 7))'))).toBe('42')
    expect(await runcible('run', '--detach', '--name', 'short', box.image, 'sh', '-c', 'exit 3')).toMatch(/^\w{64}$/)
    expect(await runcible('wait', 'short')).toBe('3')
    expect(await runcible('rm', 'short')).toBe('short')
  })
})
