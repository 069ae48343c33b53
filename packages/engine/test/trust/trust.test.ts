import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '@runcible/config'
import type { Trust } from '@runcible/interface'
import { localTrust } from '../../src/trust/trust.ts'

let home: string
let trust: Trust
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trust-'))
  const systemDirectories = [join(home, 'usr'), join(home, 'etc')]
  trust = localTrust(loadConfig({ env: { HOME: join(home, 'home') }, uid: 0, systemDirectories }))
})
afterEach(() => rmSync(home, { recursive: true }))

const write = (name: string, content: unknown): string => {
  const path = join(home, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const read = (name: string): unknown => JSON.parse(readFileSync(join(home, name), 'utf8'))
const reject = [{ type: 'reject' }]

describe('trust', () => {
  it('is what the user says, else the administrator, else the distribution', async () => {
    await expect(trust.policy()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('every image is accepted')
    })
    for (const place of ['usr', 'etc', 'home/.config/containers']) {
      const file = write(`${place}/policy.json`, { default: reject })
      expect(await trust.policy()).toEqual({ file, text: '{"default":[{"type":"reject"}]}' })
    }
    const file = write('other.json', '{}')
    expect(await trust.policy({ policyFile: file })).toEqual({ file, text: '{}' })
  })

  it('is changed where it stands, and begins with the administrator', async () => {
    const key = write('k.pub', 'a key')
    await expect(trust.set({ scope: 'quay.io', type: 'reject', keyFiles: [] })).rejects.toThrow(
      'default trust policy must be set first'
    )
    await trust.set({ scope: 'default', type: 'reject', keyFiles: [] })
    await trust.set({ scope: 'quay.io/x', type: 'sigstoreSigned', keyFiles: [key] })
    expect(read('etc/policy.json')).toEqual({
      default: reject,
      transports: { docker: { 'quay.io/x': [{ type: 'sigstoreSigned', keyPath: key }] } }
    })
    expect(statSync(join(home, 'etc/policy.json')).mode & 0o777).toBe(0o644)
    write('home/.config/containers/policy.json', { default: reject })
    await trust.set({ scope: '*.io', type: 'accept', keyFiles: [] })
    expect(read('home/.config/containers/policy.json')).toMatchObject({ transports: { docker: { '*.io': [{}] } } })
  })

  it.each(['Bad Host!', 'quay.io/Upper', 'quay.io//x', '', '*'])('has no scope %j', async (scope) => {
    write('etc/policy.json', { default: reject })
    await expect(trust.set({ scope, type: 'reject', keyFiles: [] })).rejects.toThrow('invalid image uri')
  })

  it('needs keys that are there', async () => {
    write('etc/policy.json', { default: reject })
    await expect(trust.set({ scope: 'a.b', type: 'signedBy', keyFiles: ['/no/key'] })).rejects.toThrow(
      'cannot read the public key /no/key'
    )
    expect(read('etc/policy.json')).toEqual({ default: reject })
  })

  it('is shown sorted, with the places of signatures', async () => {
    write('etc/policy.json', {
      default: reject,
      transports: {
        docker: {
          'quay.io/x': reject,
          'a.b': [{ type: 'insecureAcceptAnything' }, { type: 'sigstoreSigned', keyPath: '/k' }]
        },
        dir: { '': [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/no/key' }] }
      }
    })
    write(
      'etc/registries.d/a.yaml',
      'docker:\n  quay.io:\n    sigstore: https://q\ndefault-docker:\n  lookaside: file:///d\n'
    )
    const entry = (transport: string | undefined, scope: string, type: string, store = 'file:///d') => ({
      ...(transport === undefined ? {} : { transport }),
      scope,
      type,
      keyOwners: [],
      store
    })
    expect(await trust.show()).toEqual([
      entry(undefined, '', 'reject'),
      entry('dir', '', 'signedBy'),
      entry('docker', 'a.b', 'accept'),
      entry('docker', 'a.b', 'sigstoreSigned'),
      entry('docker', 'quay.io/x', 'reject', 'https://q')
    ])
    const registriesDirectory = join(home, 'none')
    expect((await trust.show({ registriesDirectory })).map(({ store }) => store)).toEqual(['', '', '', '', ''])
  })

  it('makes keys', async () => {
    const { privateKey, publicKey } = await trust.generateKey('a secret')
    expect(privateKey).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/)
    expect(publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
  })
})
