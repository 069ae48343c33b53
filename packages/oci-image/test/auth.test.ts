import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomImage, type RegistryAuthInit } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { sandbox } from './sandbox.ts'

const ann = { username: 'ann', password: 'opensesame' }

test.each(['basic', 'token'] as const)('logs in with %s authentication', async (scheme) => {
  await using box = await sandbox({}, { auth: { scheme, ...ann } })
  const image = randomImage({ layers: 3 })
  const name = box.registry.put(image, 'private/app')
  expect(await box.images.pull(name, { auth: ann })).toMatchObject({ id: image.id })
  const asked = box.registry.requests.map(
    ({ kind, authorization }) => `${kind}${authorization === undefined ? '' : ' +'}`
  )
  const rest = ['manifest +', 'blob +', 'blob +', 'blob +', 'blob +']
  expect(asked).toEqual(scheme === 'basic' ? ['manifest', ...rest] : ['manifest', 'token +', ...rest])
})

test('gets an anonymous token', async () => {
  await using box = await sandbox({}, { auth: { scheme: 'token', ...ann, anonymous: true } })
  const image = randomImage()
  expect(await box.images.pull(box.registry.put(image, 'public'))).toMatchObject({ id: image.id })
})

test('renews a token that is not taken any more', async () => {
  await using box = await sandbox({}, { auth: { scheme: 'token', ...ann, tokenUses: 2 } })
  const image = randomImage({ layers: 4 })
  expect(await box.images.pull(box.registry.put(image, 'app'), { auth: ann })).toMatchObject({ id: image.id })
})

test.each<[RegistryAuthInit['scheme'], object | undefined, string]>([
  ['basic', undefined, 'wants credentials to pull from app, or there is no such repository'],
  ['token', undefined, 'wants credentials to pull from app, or there is no such repository'],
  ['basic', { username: 'ann', password: 'guess' }, 'refused the credentials for app'],
  ['token', { username: 'ann', password: 'guess' }, 'refused the credentials for app']
])('%s authentication with %j', async (scheme, auth, text) => {
  await using box = await sandbox({}, { auth: { scheme, ...ann } })
  const name = box.registry.put(randomImage(), 'app')
  const error = await box.images
    .pull(name, auth === undefined ? {} : { auth: auth as typeof ann })
    .catch((reason: Error) => reason)
  expect(error).toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining(text),
    hint: expect.stringContaining('runcible login')
  })
  expect(JSON.stringify([(error as Error).message, error])).not.toContain('guess')
})

test('takes credentials from an auth file', async () => {
  await using box = await sandbox({}, { auth: { scheme: 'basic', ...ann } })
  const directory = await mkdtemp(join(tmpdir(), 'auth-'))
  try {
    const path = join(directory, 'auth.json')
    await writeFile(
      path,
      JSON.stringify({ auths: { [box.registry.host]: { auth: Buffer.from('ann:opensesame').toString('base64') } } })
    )
    const image = randomImage()
    expect(await box.again({ authFiles: [path] }).pull(box.registry.put(image, 'app'))).toMatchObject({ id: image.id })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

test('does not send credentials to a token server of another domain', async () => {
  await using box = await sandbox({}, { auth: { scheme: 'token', ...ann, realm: 'https://collector.example/token' } })
  const name = box.registry.put(randomImage(), 'app')
  await expect(box.images.pull(name, { auth: ann })).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('sends its credentials to another domain, collector.example')
  })
})

async function certificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'cert-'))
  try {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
    const subject = ['-subj', '/CN=test registry', '-addext', 'subjectAltName=IP:127.0.0.1']
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      ...subject
    ]
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

test('over TLS: trusts no unknown certificate, unless told to', async () => {
  const tls = await certificate()
  await using box = await sandbox({ registries: { insecure: [] } }, { tls })
  const image = randomImage()
  const name = box.registry.put(image, 'app')
  await expect(box.images.pull(name)).rejects.toMatchObject({
    code: 'unavailable',
    message: `registry ${box.registry.host} cannot be trusted: its certificate is self-signed`
  })
  expect(box.registry.requests).toEqual([])
  expect(await box.images.pull(name, { tlsVerify: false })).toMatchObject({ id: image.id })
})

test('over TLS: trusts the certificates of a directory', async () => {
  const tls = await certificate()
  const directory = await mkdtemp(join(tmpdir(), 'certs-'))
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  await using box = await sandbox({ registries: { insecure: [], certificateDirs: [directory] } }, { tls })
  await mkdir(join(directory, box.registry.host))
  await writeFile(join(directory, box.registry.host, 'ca.crt'), tls.cert)
  const image = randomImage()
  expect(await box.images.pull(box.registry.put(image, 'app'))).toMatchObject({ id: image.id })
})

test('plain http only where it is allowed', async () => {
  await using box = await sandbox({ registries: { insecure: [] } })
  const image = randomImage()
  const name = box.registry.put(image, 'app')
  await expect(box.images.pull(name)).rejects.toMatchObject({
    code: 'unavailable',
    hint: expect.stringContaining('--tls-verify=false')
  })
  expect(box.registry.requests).toEqual([])
  expect(await box.images.pull(name, { tlsVerify: false })).toMatchObject({ id: image.id })
  expect(await box.again({ registries: { insecure: (host) => host === box.registry.host } }).pull(name)).toMatchObject({
    id: image.id
  })
  await expect(
    box.again({ registries: { insecure: [box.registry.host] } }).pull(name, { tlsVerify: true })
  ).rejects.toMatchObject({ code: 'unavailable' })
})

test('a registry that is not there', async () => {
  await using box = await sandbox()
  await expect(box.images.pull('127.0.0.1:1/app', { tlsVerify: false })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'registry 127.0.0.1:1 cannot be reached: connection refused'
  })
})

test('an unknown image and an unknown repository', async () => {
  await using box = await sandbox()
  const { host } = box.registry
  box.registry.put(randomImage(), 'app')
  await expect(box.images.pull(`${host}/app:gone`)).rejects.toMatchObject({
    code: 'not-found',
    message: `image ${host}/app:gone not found in registry ${host}: manifest unknown`
  })
  await expect(box.images.pull(`${host}/gone`)).rejects.toMatchObject({
    code: 'not-found',
    message: `image ${host}/gone:latest not found: registry ${host} has no repository gone`
  })
})
