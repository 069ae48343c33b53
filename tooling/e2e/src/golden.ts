import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pushTestImage, tarArchive, type TestImage, testImageOf } from '@runcible/fixtures'
import { isPodman } from './subject.ts'

const directory = join(import.meta.dirname, '../golden')

/**
 * What Podman printed. `RUNCIBLE_E2E_CLI=podman RUNCIBLE_GOLDEN=record` records it anew, by running the same tests with
 * Podman; otherwise it is read.
 */
export function golden(name: string, printed: string): string {
  const file = join(directory, name)
  if (isPodman && process.env['RUNCIBLE_GOLDEN'] === 'record') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, printed)
  }
  return readFileSync(file, 'utf8')
}

const created = '2024-02-03T04:05:06.123456789Z'
const steps = [
  { created: '2024-02-03T04:05:05Z', created_by: '/bin/sh -c #(nop) ADD file:0123456789abcdef0123456789abcdef in / ' },
  {
    created: '2024-02-03T04:05:05.5Z',
    created_by: '/bin/sh -c #(nop)  CMD ["/bin/app" "--flag"]',
    comment: 'nothing but words',
    empty_layer: true
  }
]
const base = tarArchive([
  { name: 'd', type: 'directory' },
  { name: 'd/a', content: 'a' },
  { name: 'd/b', content: 'b' },
  { name: 'e', type: 'directory' },
  { name: 'e/x', content: 'x' },
  { name: 'top', content: 'top' },
  { name: 'z', content: 'z'.repeat(5000) }
])
const above = tarArchive([
  { name: '.wh.top' },
  { name: 'd/b', content: 'another b' },
  { name: 'd/c', content: 'c' },
  { name: 'd', type: 'directory', mode: 0o700 },
  { name: 'e/.wh.x' },
  { name: 'new', type: 'directory' },
  { name: 'new/deep', type: 'directory' },
  { name: 'new/deep/f', content: 'f' }
])
const platform = { os: 'linux', architecture: 'amd64' }
const run = {
  User: '1000:1000',
  ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
  Env: ['PATH=/usr/bin:/bin', 'QUOTED=a "b" <c> & d'],
  Entrypoint: ['/bin/app', '--flag'],
  Cmd: ['run'],
  Volumes: { '/data': {} },
  WorkingDir: '/d',
  Labels: { 'org.example.kind': 'golden', another: 'label' },
  StopSignal: 'SIGINT'
}

/** Images with the same ids on every host. */
export const goldenImages = {
  /** One layer, no labels. */
  base: testImageOf({ tars: [base], platform, created, run: { Cmd: ['/bin/app'] }, more: { history: steps } }),
  /** Above the first: one layer and one step more. */
  child: testImageOf({
    tars: [base, above],
    platform,
    created,
    run,
    more: {
      author: 'Some One <one@example.org>',
      history: [...steps, { created, created_by: '/bin/app build', author: 'Some One', comment: 'the build' }]
    }
  }),
  docker: testImageOf({
    tars: [tarArchive([{ name: 'alone', content: 'alone' }])],
    platform,
    format: 'docker',
    created,
    run: {
      Cmd: ['sh'],
      OnBuild: ['RUN make'],
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5_000_000_000, Retries: 3 }
    },
    more: { comment: 'of a docker image', docker_version: '20.10.1', author: 'me' }
  })
} as const satisfies Record<string, TestImage>

export type GoldenImage = keyof typeof goldenImages

/** Uploads them. Returns their names. */
export async function pushGoldenImages(registry: string): Promise<Readonly<Record<GoldenImage, string>>> {
  const names: Partial<Record<GoldenImage, string>> = {}
  for (const [name, image] of Object.entries(goldenImages))
    names[name as GoldenImage] = await pushTestImage(registry, image, `golden/${name}`)
  return names as Record<GoldenImage, string>
}

/**
 * Text without what differs from host to host and from day to day: the registry, directories, ages, sizes
 * that count more than layers.
 */
export function withoutHost(text: string, registry: string): string {
  return text
    .replaceAll(registry, 'registry.example')
    .replaceAll(/"Data": \{[^}]*\}/g, '"Data": {}')
    .replaceAll(/("?(?:Virtual)?Size"?: ?)\d+/g, '$10')
    .replaceAll(/\b\d+ (second|minute|hour|day|week|month|year)s? ago|About an? \w+ ago/g, 'AGE')
}

/** A table without the widths of its columns. */
export const cells = (table: string): string => table.replaceAll(/ {2,}/g, ' | ')

/** A table of images without sizes either: Podman counts manifests and configs too. */
export const cellsWithoutSize = (table: string): string => cells(table).replaceAll(/\| [\d.]+ [kM]?B/g, '| SIZE')

/** Lines in an order of their own. */
export const sorted = (text: string): string => text.split('\n').toSorted().join('\n')
