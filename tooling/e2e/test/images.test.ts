import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { configured, repositories, useSandbox } from '../src/index.ts'

const box = useSandbox()
const names = async (): Promise<string[]> =>
  (await box.ok('images', '--format', '{{.Repository}}:{{.Tag}}')).split('\n')
const idOf = (name: string): Promise<string> => box.ok('image', 'inspect', '--format', '{{.Id}}', name)

describe('pull', () => {
  test('prints the id last, and a second time is quick and the same', async () => {
    const name = `${box.registry}/${repositories.layers}:latest`
    const first = (await box.ok('pull', '--tls-verify=false', name)).split('\n').at(-1)
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(await box.ok('pull', '--quiet', '--tls-verify=false', name)).toBe(first)
    expect(await names()).toContain(name)
  })

  test('what is progress goes to the standard error', async () => {
    const result = await box.run(['pull', '--tls-verify=false', `${box.registry}/${repositories.configured}`])
    expect(result.stdout).toMatch(/^[0-9a-f]{64}\n$/)
    expect(result.stderr).toMatch(/Copying|Pulling|Trying/i)
  })

  test('https is demanded unless said otherwise', async () => {
    const error = await box.fails(125, 'pull', `${box.registry}/${repositories.busybox}`)
    expect(error).toMatch(/https|http/i)
  })

  test('an unknown tag is an error', async () => {
    expect(await box.fails(125, 'pull', '--tls-verify=false', `${box.registry}/${repositories.busybox}:nope`)).toMatch(
      /nope/
    )
  })
})

describe('images', () => {
  test('table, json, quiet and filters', async () => {
    expect(await box.ok('images')).toMatch(/^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\n/)
    const list = JSON.parse(await box.ok('images', '--format', 'json'))
    const entry = list.find(({ Names }: { Names?: string[] }) => Names?.includes(box.image))
    expect(entry.Id).toBe(await idOf(box.image))
    expect(await box.ok('images', '-q', '--no-trunc', box.image)).toBe(`sha256:${entry.Id}`)
    expect(entry.Id.startsWith(await box.ok('images', '-q', box.image))).toBe(true)
  })

  test('inspect', async () => {
    const name = await box.pull(repositories.configured)
    const [details] = JSON.parse(await box.ok('image', 'inspect', name))
    expect(details.Config).toMatchObject({
      Entrypoint: configured.Entrypoint,
      Cmd: configured.Cmd,
      User: 'nobody',
      WorkingDir: '/var/www'
    })
    expect(details).toMatchObject({ Os: 'linux', RepoTags: [name], RootFS: { Type: 'layers' } })
    expect(details.RootFS.Layers).toHaveLength(2)
    expect(details.RepoDigests[0]).toMatch(/@sha256:[0-9a-f]{64}$/)
    await box.fails(125, 'image', 'inspect', 'localhost/absent')
  })
})

describe('names of an image', () => {
  test('tag, untag, and a short name is one of localhost', async () => {
    await box.ok('tag', box.image, 'localhost/mine:1', 'other')
    expect(await names()).toEqual(expect.arrayContaining(['localhost/mine:1', 'localhost/other:latest']))
    expect(await idOf('mine:1')).toBe(await idOf(box.image))
    expect(await box.ok('run', '--rm', '--network', 'none', 'other', 'echo', 'found')).toBe('found')
    await box.ok('untag', box.image, 'localhost/other')
    expect(await names()).not.toContain('localhost/other:latest')
    await box.fails(125, 'tag', 'localhost/absent', 'x')
  })

  test('an image is found by a prefix of its id', async () => {
    const id = await idOf(box.image)
    expect(await idOf(id.slice(0, 10))).toBe(id)
    expect(await box.ok('run', '--rm', '--network', 'none', id.slice(0, 12), 'echo', 'by id')).toBe('by id')
  })

  test('image exists', async () => {
    expect((await box.run(['image', 'exists', box.image])).exitCode).toBe(0)
    expect((await box.run(['image', 'exists', 'localhost/absent'])).exitCode).toBe(1)
  })
})

describe('rmi', () => {
  test('of one name leaves the others', async () => {
    await box.ok('tag', box.image, 'localhost/second:1')
    expect(await box.ok('rmi', 'localhost/second:1')).toBe('Untagged: localhost/second:1')
    expect(await idOf(box.image)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('refuses an image in use, and -f removes its containers', async () => {
    const name = await box.pull(repositories.configured)
    await box.ok('create', '--name', 'user', name)
    expect(await box.fails(2, 'rmi', name)).toMatch(/container/)
    expect(await names()).toContain(name)
    await box.ok('rmi', '-f', name)
    expect(await names()).not.toContain(name)
    await box.fails(125, 'container', 'inspect', 'user')
  })

  test('of what is not there is an error', async () => {
    await box.fails(1, 'rmi', 'localhost/absent')
  })
})

describe('push', () => {
  test('what was pushed can be pulled by its digest', async () => {
    const target = `${box.registry}/pushed/image:v1`
    await box.ok('tag', box.image, target)
    const id = await idOf(target)
    const digestFile = box.file('digest')
    await box.ok('push', '--quiet', '--tls-verify=false', '--digestfile', digestFile, target)
    await box.ok('rmi', target)
    const manifest = await fetch(`http://${box.registry}/v2/pushed/image/manifests/v1`, {
      headers: {
        accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
      }
    })
    const digest = manifest.headers.get('docker-content-digest')
    const named = `${box.registry}/pushed/image@${digest}`
    expect(await box.ok('pull', '--quiet', '--tls-verify=false', named)).toBe(id)
    expect(await box.ok('run', '--rm', '--network', 'none', named, 'echo', 'by digest')).toBe('by digest')
  })

  test('to another name', async () => {
    await box.ok('push', '--quiet', '--tls-verify=false', box.image, `${box.registry}/pushed/elsewhere:2`)
    await box.ok('pull', '--quiet', '--tls-verify=false', `${box.registry}/pushed/elsewhere:2`)
  })

  test('of what is not there is an error', async () => {
    await box.fails(125, 'push', '--tls-verify=false', 'localhost/absent', `${box.registry}/x/y`)
  })
})

describe('import', () => {
  const archive = (): string => box.file('rootfs.tar')
  beforeAll(async () => {
    const root = box.file('rootfs')
    await mkdir(`${root}/bin`, { recursive: true })
    await writeFile(`${root}/hello`, 'imported')
    execFileSync('cp', ['/bin/busybox', `${root}/bin/busybox`])
    execFileSync('tar', ['-C', root, '-cf', archive(), '.'])
  })

  test('makes an image of an archive, with changes', async () => {
    const id = await box.ok(
      'import',
      '--quiet',
      '--change',
      'CMD ["/bin/busybox", "cat", "/hello"]',
      archive(),
      'localhost/imported:1'
    )
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await box.ok('run', '--rm', '--network', 'none', 'localhost/imported:1')).toBe('imported')
  })

  test('from the standard input', async () => {
    const { readFile } = await import('node:fs/promises')
    const { exitCode } = await box.run(['import', '--quiet', '-', 'localhost/piped'], {
      input: await readFile(archive())
    })
    expect(exitCode).toBe(0)
    expect(await box.ok('run', '--rm', '--network', 'none', 'localhost/piped', '/bin/busybox', 'cat', '/hello')).toBe(
      'imported'
    )
  })

  test('a file that is not there is an error', async () => {
    await box.fails(125, 'import', box.file('absent.tar'), 'localhost/no')
  })
})
