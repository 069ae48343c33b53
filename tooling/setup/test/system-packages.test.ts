import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requirements } from '../requirements.mjs'
import { isStaticExecutable, plan } from '../system-packages.mjs'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'setup-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('every requirement has a Debian package and a reason', () => {
  for (const { packages, why } of requirements) {
    expect(packages['apt-get']).toMatch(/^[a-z0-9-]+$/)
    expect(why).not.toBe('')
  }
})

test('the plan names each package once, and what the distribution lacks', () => {
  const lacking = requirements.filter(({ binary }) => ['runc', 'conmon', 'docker-registry'].includes(binary))
  expect(plan([...lacking, ...lacking], 'dnf')).toMatchObject({ command: 'dnf install -y runc conmon' })
  expect(plan(lacking, 'dnf').absent.map(({ binary }) => binary)).toEqual(['docker-registry'])
  expect(plan(lacking, 'apt-get').command).toBe(
    'apt-get install -y --no-install-recommends runc conmon docker-registry'
  )
})

test('a dynamically linked program is not static, a script neither', () => {
  expect(isStaticExecutable(process.execPath)).toBe(false)
  const script = join(folder, 'script')
  writeFileSync(script, '#!/bin/sh\n'.padEnd(200))
  expect(isStaticExecutable(script)).toBe(false)
})

test('an unknown option is refused in one line', () => {
  const setup = join(import.meta.dirname, '../../setup.mjs')
  const unknown = spawnSync(process.execPath, [setup, '--packages=everything'], { encoding: 'utf8' })
  expect(unknown).toMatchObject({ status: 1, stdout: '' })
  expect(unknown.stderr).toBe(
    'setup: unknown option --packages=everything; known: --packages=quickstart, --packages=test\n'
  )
})

test('the command gets the pinned Node, its arguments and its exit code', () => {
  const setup = join(import.meta.dirname, '../../setup.mjs')
  const script = 'console.log(process.argv.slice(1).join("|")); process.exit(7)'
  const child = spawnSync(process.execPath, [setup, '--', 'node', '-e', script, '--', 'a b', '$HOME'], {
    encoding: 'utf8'
  })
  expect(child).toMatchObject({ status: 7, stdout: 'a b|$HOME\n' })
})
