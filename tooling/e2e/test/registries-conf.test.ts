import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { oursOnly as test, repositories, useSandbox } from '../src/index.ts'

const box = useSandbox()
const folder = box.file('.config/containers')
const file = join(folder, 'registries.conf')
const skopeo = (location: string) =>
  spawnSync('skopeo', ['inspect', '--raw', location], {
    env: { PATH: process.env['PATH'] ?? '', HOME: box.file() },
    encoding: 'utf8'
  })

afterAll(() => writeFileSync(file, ''))

const here = () => box.registry
const repository = repositories.busybox
const [namespace = ''] = repository.split('/')
const parent = repository.includes('/') ? `/${namespace}` : ''
const base = repository
  .split('/')
  .slice(parent === '' ? 0 : 1)
  .join('/')

/** A registry that nobody can reach. */
const nowhere = 'nowhere.invalid'

const rule = (prefix: string, lines: readonly string[]): string =>
  [`[[registry]]`, `prefix = "${prefix}"`, ...lines, ''].join('\n')
const to = (place: string): readonly string[] => [`location = "${place}"`, 'insecure = true']
const mirror = (place: string, ...more: readonly string[]): readonly string[] => [
  '[[registry.mirror]]',
  ...to(place),
  ...more
]

test.each<[what: string, name: string, conf: () => string, isThere: boolean]>([
  ['an insecure registry', 'HERE', () => rule(here(), to(here())), true],
  ['a registry that is not marked', 'HERE', () => '', false],
  ['another place for a registry', nowhere, () => rule(nowhere, to(here())), true],
  [
    'the longest prefix',
    nowhere,
    () => rule(nowhere, to('elsewhere.invalid')) + rule(`${nowhere}${parent}`, to(`${here()}${parent}`)),
    true
  ],
  ['a wildcard', `sub.${nowhere}`, () => rule(`*.${nowhere}`, to(here())), true],
  ['a wildcard that does not match', nowhere, () => rule(`*.${nowhere}`, to(here())), false],
  ['a mirror', nowhere, () => rule(nowhere, [`location = "${nowhere}"`, ...mirror(here())]), true],
  [
    'the second mirror',
    nowhere,
    () => rule(nowhere, [`location = "${nowhere}"`, ...mirror('a.invalid'), ...mirror(here())]),
    true
  ],
  ['a mirror of a wildcard', `sub.${nowhere}`, () => rule(`*.${nowhere}`, mirror(here())), true],
  [
    'a mirror for digests alone',
    nowhere,
    () => rule(nowhere, [`location = "${nowhere}"`, ...mirror(here(), 'pull-from-mirror = "digest-only"')]),
    false
  ],
  [
    'mirrors for digests alone',
    nowhere,
    () => rule(nowhere, [`location = "${nowhere}"`, 'mirror-by-digest-only = true', ...mirror(here())]),
    false
  ],
  [
    'a mirror for tags alone',
    nowhere,
    () => rule(nowhere, [`location = "${nowhere}"`, ...mirror(here(), 'pull-from-mirror = "tag-only"')]),
    true
  ],
  ['a blocked registry', 'HERE', () => rule(here(), [...to(here()), 'blocked = true']), false],
  [
    'a part of it that is blocked',
    'HERE',
    () =>
      rule(here(), to(here())) +
      rule(`${here()}${parent}/${base}`, [`location = "${here()}${parent}/${base}"`, 'blocked = true']),
    false
  ]
])('%s is taken as skopeo takes it', async (_, name, conf, isThere) => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, conf())
  const location = `docker://${name === 'HERE' ? here() : name}/${repository}:latest`
  const theirs = skopeo(location)
  const ours = await box.run(['image', 'inspect', '--raw', '--retry-times', '0', location])
  expect([theirs.status === 0, ours.exitCode === 0]).toEqual([isThere, isThere])
  expect(ours.stdout).toBe(theirs.stdout)
})
