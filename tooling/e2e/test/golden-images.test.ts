import { beforeAll, describe, expect, test } from 'vitest'
import {
  cells,
  cellsWithoutSize,
  golden,
  goldenImages,
  pushGoldenImages,
  sorted,
  useSandbox,
  withoutHost
} from '../src/index.ts'

const box = useSandbox()
let names: Awaited<ReturnType<typeof pushGoldenImages>>
beforeAll(async () => {
  names = await pushGoldenImages(box.registry)
  for (const name of Object.values(names)) await box.ok('pull', '--quiet', '--tls-verify=false', name)
  await box.ok('rmi', box.image)
})

const printed = async (...args: readonly string[]): Promise<string> => withoutHost(await box.ok(...args), box.registry)
const same = async (file: string, show: (text: string) => string, ...args: readonly string[]): Promise<void> => {
  const text = `${show(await printed(...args))}\n`
  expect(text).toBe(golden(`images/${file}`, text))
}
const plain = (text: string): string => text

describe('inspect', () => {
  test.each(['base', 'child', 'docker'] as const)('an image, %s', async (name) => {
    await same(`inspect-${name}.json`, plain, 'image', 'inspect', names[name])
    await same(`inspect-${name}.json`, plain, 'inspect', '--type', 'image', goldenImages[name].id)
  })

  test.each([
    [
      'config',
      '{{.Config.Env}} {{.Config.Entrypoint}} {{.Config.Labels}} {{.Config.Volumes}} {{.Config.ExposedPorts}}'
    ],
    ['names', '{{.ID}} {{.Digest}} {{.RepoTags}} {{.RepoDigests}} {{.NamesHistory}} {{.Parent}}'],
    ['facts', '{{.Os}}/{{.Architecture}} {{.Author}} {{.Comment}} {{.User}} {{.Version}} {{.ManifestType}}'],
    ['layers', '{{.RootFS.Type}} {{range .RootFS.Layers}}{{println .}}{{end}} {{.GraphDriver.Name}} {{.Annotations}}'],
    ['labels', '{{.Labels}} {{json .Labels}} {{index .Config.Labels "another"}} {{len .History}}'],
    ['history', '{{range .History}}{{.CreatedBy}}|{{.Author}}|{{.Comment}}|{{.EmptyLayer}}{{println}}{{end}}']
  ])('by template: %s', async (file, template) => {
    await same(`inspect-child-${file}.txt`, plain, 'image', 'inspect', '--format', template, names.child)
  })

  test('what is empty, by template', async () => {
    const template = '{{.Config.Entrypoint}}{{.Config.Labels}}{{.Config.User}}{{.Labels}}{{.Version}}{{.HealthCheck}}'
    await same('inspect-base-empty.txt', plain, 'image', 'inspect', '--format', template, names.base)
  })
})

describe('history', () => {
  test.each(['base', 'child', 'docker'] as const)('of %s', async (name) => {
    await same(`history-${name}.txt`, cells, 'history', names[name])
    await same(`history-${name}-no-trunc.txt`, cells, 'history', '--no-trunc', '--human=false', names[name])
    await same(`history-${name}.json`, plain, 'history', '--format', 'json', names[name])
    await same(`history-${name}-quiet.txt`, plain, 'history', '--quiet', names[name])
  })

  test('by template', async () => {
    const fields = '{{.ID}}|{{.Created}}|{{.CreatedAt}}|{{.CreatedSince}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}'
    await same('history-child-fields.txt', plain, 'history', '--format', fields, names.child)
    await same('history-child-table.txt', cells, 'history', '--format', 'table {{.ID}} {{.CreatedBy}}', names.child)
  })
})

describe('images', () => {
  test('as JSON', () => same('images.json', plain, 'images', '--sort', 'repository', '--format', 'json'))

  test.each([
    ['table', []],
    ['digests', ['--digests', '--no-trunc']],
    ['history', ['--history']],
    ['noheading', ['--noheading']],
    ['quiet', ['--quiet']],
    ['quiet-no-trunc', ['--quiet', '--no-trunc']],
    ['columns', ['--format', 'table {{.ID}} {{.Repository}} {{.Tag}}']],
    [
      'fields',
      [
        '--format',
        '{{.ID}}|{{.Id}}|{{.Repository}}|{{.Tag}}|{{.Digest}}|{{.CreatedAt}}|{{.CreatedSince}}|{{.CreatedTime}}|{{.Dangling}}|{{.History}}|{{.IsDangling}}|{{.IsReadOnly}}|{{.Labels}}|{{.Names}}|{{.ParentId}}|{{.ReadOnly}}|{{.RepoDigests}}|{{.RepoTags}}|{{.SharedSize}}|{{.Containers}}'
      ]
    ]
  ] as const)('%s', (file, flags) =>
    same(`images-${file}.txt`, cellsWithoutSize, 'images', '--sort', 'repository', ...flags)
  )

  test.each([
    ['reference=*/golden/ch*'],
    ['label=another=label'],
    ['label=another'],
    ['label=none'],
    ['dangling=true'],
    ['dangling=false'],
    ['before=registry.example/golden/base'],
    ['since=registry.example/golden/base'],
    ['until=24h'],
    ['until=2024-01-01T00:00:00Z'],
    ['containers=true'],
    ['readonly=true'],
    [`id=${goldenImages.child.id}`]
  ])('filtered by %s', async (filter) => {
    const flags = ['--filter', filter.replace('registry.example', box.registry)]
    const file = filter.replaceAll(/[^\w.-]+/g, '-')
    await same(`filter-${file}.txt`, plain, 'images', '--sort', 'repository', '--format', '{{.Repository}}', ...flags)
  })
})

describe('diff', () => {
  test.each(['base', 'child'] as const)('of an image, %s', async (name) => {
    await same(`diff-${name}.txt`, plain, 'image', 'diff', names[name])
    await same(`diff-${name}.json`, plain, 'diff', '--format', 'json', names[name])
  })

  test('from one to another', () => same('diff-base-child.txt', sorted, 'diff', names.base, names.child))
})

describe('names', () => {
  test('tag, untag and rmi say what Podman says', async () => {
    await box.ok('tag', names.base, 'one', 'quay.io/two:2')
    const list = ['images', '--format', '{{.Repository}}:{{.Tag}}', '--filter', 'reference=quay.io/two']
    await same('names-tagged.txt', sorted, ...list)
    await same('names-history.txt', plain, 'image', 'inspect', '--format', '{{.NamesHistory}}', names.base)
    await same('names-rmi-one.txt', plain, 'rmi', 'one')
    await box.ok('untag', names.base, 'quay.io/two:2')
    await same('names-rmi.txt', plain, 'rmi', names.child, names.base, names.docker)
  })
})
