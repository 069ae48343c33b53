import { pushTestImage, randomImage, type TestImage } from '@runcible/fixtures'
import { beforeAll, expect, test } from 'vitest'
import { golden, goldenImages, pushGoldenImages, useSandbox, withoutHost } from '../src/index.ts'

const box = useSandbox()
let names: Awaited<ReturnType<typeof pushGoldenImages>>
beforeAll(async () => {
  names = await pushGoldenImages(box.registry)
})

const child = goldenImages.child.descriptor.digest
const base = goldenImages.base.descriptor.digest
const manifest = (...args: readonly string[]): Promise<string> => box.ok('manifest', ...args)
const add = (...args: readonly string[]): Promise<string> => manifest('add', '--tls-verify=false', ...args)
const push = (...args: readonly string[]): Promise<string> => manifest('push', '-q', '--tls-verify=false', ...args)

function same(file: string, text: string): void {
  const shown = `${withoutHost(text, box.registry)}\n`
  expect(shown).toBe(golden(`manifest/${file}`, shown))
}

// Podman 4 prints Docker's media type whatever a list is; what it sends has the right one.
const entriesOf = (printed: string): string => printed.replace(/^ {4}"mediaType": .*\n/m, '')

async function raw(repository: string): Promise<string> {
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'
  return await (await fetch(`http://${box.registry}/v2/${repository}/manifests/v1`, { headers: { accept } })).text()
}

test('a list is made, filled, shown, sent and removed', async () => {
  const id = await manifest('create', 'list')
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  same('empty.txt', await manifest('inspect', 'list'))
  expect(await add('--os-version', '10.0.1', '--variant', 'v2', 'list', `docker://${names.docker}`)).toBe(id)
  same('docker.txt', entriesOf(await manifest('inspect', id)))
  const row = await box.ok('images', '--filter', 'manifest=true', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}')
  expect(row).toBe(`localhost/list:latest ${id.slice(0, 12)}`)
  await push('--all', 'list', `docker://${box.registry}/lists/docker:v1`)
  same('docker-pushed.json', await raw('lists/docker'))
  expect(await manifest('rm', 'list')).toBe(`Untagged: localhost/list:latest\nDeleted: ${id}`)
  await box.fails(1, 'manifest', 'rm', 'list')
})

test('what is said about images goes along', async () => {
  const id = await manifest('create', 'said')
  await add('--annotation', 'a=b', '--annotation', 'c=d=e', 'said', `docker://${names.base}`)
  await add('--arch', 'arm64', '--os', 'linux', 'said', `docker://${names.child}`)
  expect(await manifest('annotate', '--arch', 'ppc64le', '--annotation', 'f=g', 'said', child)).toBe(id)
  same('said.txt', entriesOf(await manifest('inspect', 'said')))
  await push('--all', 'said', `docker://${box.registry}/lists/said:v1`)
  same('said-pushed.json', await raw('lists/said'))
  expect(await manifest('remove', 'said', base)).toBe(id)
  await box.fails(125, 'manifest', 'remove', 'said', base)
  await push('--rm', 'said', `docker://${box.registry}/lists/one:v1`)
  expect(JSON.parse(await raw('lists/one'))).toMatchObject({ manifests: [{ digest: child }] })
  expect((await box.run(['manifest', 'exists', 'said'])).exitCode).toBe(1)
})

test('the image of a platform is taken from a list, and a missing one told of', async () => {
  const publish = async (architecture: string): Promise<TestImage & { readonly name: string }> => {
    const image = randomImage({ layers: 1, platform: { os: 'linux', architecture } })
    return { ...image, name: await pushTestImage(box.registry, image, `platforms/${architecture}`) }
  }
  const images = { arm64: await publish('arm64'), amd64: await publish('amd64') }
  await manifest('create', 'platforms')
  for (const image of Object.values(images)) await add('platforms', `docker://${image.name}`)
  const name = `${box.registry}/lists/platforms:v1`
  await push('--all', 'platforms', `docker://${name}`)
  const pull = (...args: readonly string[]) => ['pull', '-q', '--tls-verify=false', ...args, name]
  expect(await box.ok(...pull('--arch', 'arm64'))).toBe(images.arm64.id)
  expect(await box.ok(...pull('--platform', 'linux/amd64'))).toBe(images.amd64.id)
  await box.fails(125, ...pull('--platform', 'linux/s390x'))
  expect((await box.run(['manifest', 'exists', name])).exitCode).toBe(125)
  await box.ok('rmi', 'platforms', name)
})
