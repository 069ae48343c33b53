import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DockerRegistry, registryUser, startDockerRegistry, tlsAuthority } from '@runcible/fixtures'
import { beforeAll, describe, expect } from 'vitest'
import { openPodman, oursOnly as test, type PodmanPeer, useSandbox } from '../src/index.ts'

const box = useSandbox()
const { username, password } = registryUser
const authFile = box.file('auth.json')
const certificates = box.file('certificates')
let secured: DockerRegistry
let podman: PodmanPeer | undefined

beforeAll(async () => {
  mkdirSync(box.file('ca'), { recursive: true })
  mkdirSync(certificates)
  const authority = await tlsAuthority(box.file('ca'))
  copyFileSync(authority.certificate, join(certificates, 'ca.crt'))
  secured = await startDockerRegistry({ tls: await authority.issue('server', 'server'), login: true })
  box.defer(() => secured[Symbol.asyncDispose]())
  podman = await openPodman()
  box.defer(() => podman?.[Symbol.asyncDispose]())
})

const skopeo = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('skopeo', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`skopeo ${args.join(' ')}: ${stderr}`)
  return stdout
}

describe('login and logout', () => {
  const place = ['--authfile', authFile, '--cert-dir', certificates] as const

  test('say what podman says, and keep what podman reads', async () => {
    rmSync(authFile, { force: true })
    const say = async (tool: Pick<PodmanPeer, 'ok'>): Promise<readonly string[]> => [
      await tool.ok('login', ...place, '--username', username, '--password', password, secured.host),
      await tool.ok('login', '--authfile', authFile, '--get-login', secured.host),
      await tool.ok('login', ...place, secured.host),
      await tool.ok('login', '--verbose', ...place, '-u', username, '-p', password, `${secured.host}/team/app`),
      await tool.ok('logout', '--authfile', authFile, secured.host),
      await tool.ok('logout', '--authfile', authFile, '--all')
    ]
    const ours = await say(box)
    expect(ours[0]).toBe('Login Succeeded!')
    expect(ours[1]).toBe(username)
    if (podman !== undefined) expect(ours).toEqual(await say(podman))
    await box.ok('login', ...place, '--username', username, '--password', password, secured.host)
    expect(statSync(authFile).mode & 0o777).toBe(0o600)
    if (podman !== undefined) expect(await podman.ok('login', ...place, secured.host)).toContain('are valid')
  })

  test('keep nothing after a wrong password, and never show it', async () => {
    rmSync(authFile, { force: true })
    const error = await box.fails(125, 'login', ...place, '-u', username, '-p', 'geheim', secured.host)
    expect(error).toContain(`logging into "${secured.host}": invalid username/password`)
    const debug = await box.run([
      '--log-level',
      'debug',
      'login',
      ...place,
      '-u',
      username,
      '-p',
      'geheim',
      secured.host
    ])
    expect(debug.stderr).not.toContain('geheim')
    expect(await box.fails(125, 'login', '--authfile', authFile, '--get-login', secured.host)).toContain(
      'not logged into'
    )
  })

  test('ask on a terminal, and show no password', async () => {
    rmSync(authFile, { force: true })
    await using terminal = box.terminal(['login', ...place, secured.host])
    await terminal.until('Username: ')
    terminal.type(`${username}\r`)
    await terminal.until('Password: ')
    terminal.type(`${password}\r`)
    expect(await terminal.ended()).toBe(0)
    expect(terminal.screen()).toContain('Login Succeeded!')
    expect(terminal.screen()).not.toContain(password)
  })
})

test('pushes, lists, inspects, pulls and deletes with a login', async () => {
  const access = ['--authfile', authFile, '--cert-dir', certificates] as const
  await box.ok('login', ...access, '--username', username, '--password', password, secured.host)
  const name = `${secured.host}/team/app`
  for (const tag of ['1', '2']) await box.ok('push', '--quiet', ...access, box.image, `${name}:${tag}`)
  const location = `docker://${name}:1`
  expect(await box.ok('image', 'list-tags', ...access, `docker://${name}`)).toBe(
    skopeo('list-tags', ...access, `docker://${name}`).trimEnd()
  )
  const { LayersData: layers, ...ours } = JSON.parse(await box.ok('image', 'inspect', ...access, location)) as Record<
    string,
    unknown
  >
  const { LayersData: _, ...theirs } = JSON.parse(skopeo('inspect', ...access, location)) as Record<string, unknown>
  expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs))
  expect(layers).toHaveLength((ours['Layers'] as readonly string[]).length)
  for (const flags of [['--config'], ['--raw'], ['--raw', '--config'], ['--format', '{{.Name}} {{.Digest}}']]) {
    const args = ['inspect', ...flags, ...access, location]
    expect((await box.ok('image', ...args)).trimEnd()).toBe(skopeo(...args).trimEnd())
  }
  const found = await box.ok('search', ...access, `${secured.host}/app`)
  expect(found).toContain(name)
  if (podman !== undefined)
    expect(await podman.ok('search', '--list-tags', '--tls-verify=false', '--authfile', authFile, name)).toBe(
      await box.ok('search', '--list-tags', '--tls-verify=false', '--authfile', authFile, name)
    )
  await box.ok('image', 'delete', ...access, `docker://${name}:1`)
  expect(await box.fails(125, 'pull', '--quiet', ...access, `${name}:1`)).toContain('not found')
})

test('a short name in enforcing mode must be clear', async () => {
  const file = box.file('registries.conf')
  writeFileSync(file, 'unqualified-search-registries = ["a.test", "b.test"]\nshort-name-mode = "enforcing"\n')
  const config = box.file('.config/containers')
  mkdirSync(config, { recursive: true })
  copyFileSync(file, join(config, 'registries.conf'))
  expect(await box.fails(125, 'pull', 'tool')).toContain(
    'the short name tool may mean a.test/tool:latest or b.test/tool:latest, and short-name-mode is enforcing'
  )
  await using terminal = box.terminal(['pull', '--retry', '0', 'tool'])
  await terminal.until('Number (1): ')
  terminal.type('2\r')
  expect(await terminal.ended()).toBe(125)
  expect(terminal.screen()).toContain('b.test')
  rmSync(join(config, 'registries.conf'))
})
