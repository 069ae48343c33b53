import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../src/index.ts'
import { readSignaturePlaces } from '../src/policy-places.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'places-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const read = () => readSignaturePlaces({ registriesDirectories: [join(home, 'no'), home], signatureDirectory: '/sigs' })
const write = (name: string, text: string) => writeFileSync(join(home, name), text)

describe('registries.d', () => {
  it('says where signatures are, by scope', async () => {
    write('a.yaml', 'default-docker:\n  sigstore: file:///old\n  lookaside-staging: file:///new\n')
    write(
      'b.yaml',
      'docker:\n  quay.io:\n    lookaside: https://q/sigs\n    sigstore: https://old\n  "*.io/x":\n    use-sigstore-attachments: true\n'
    )
    write('c.conf', 'not: read')
    const places = await read()
    expect(places.default).toEqual({ lookaside: 'file:///old', staging: 'file:///new' })
    expect([...places.scopes]).toEqual([
      ['quay.io', { lookaside: 'https://q/sigs' }],
      ['*.io/x', { attachments: true }]
    ])
    expect(places.fallback).toBe('file:///sigs')
  })

  it('may be empty', async () => {
    write('a.yaml', '# nothing\n')
    expect(await read()).toEqual({ scopes: new Map(), fallback: 'file:///sigs' })
  })

  it.each([
    ['docker: [1]', 'docker must be an object'],
    ['podman: {}', 'podman is not known'],
    ['docker:\n  a.b:\n    lookaside: ftp://x', 'must be a file, http or https URL'],
    ['docker:\n  a.b:\n    lookaside: https://u:p@x', 'neither credentials nor a query'],
    ['docker:\n  a.b:\n    use-sigstore-attachments: "yes"', 'must be true or false'],
    ['docker:\n  a.b:\n    use-sigstore: true', 'is not known'],
    ['docker: {a.b: {}, a.b: {}}', 'unique'],
    ['a: &x [1]\nb: [*x, *x]', 'a.yaml']
  ])('refuses %j', async (text, why) => {
    write('a.yaml', text)
    await expect(read()).rejects.toThrow(why)
    await expect(read()).rejects.toThrow(join(home, 'a.yaml'))
  })

  it('has a scope in one file only', async () => {
    write('a.yaml', 'docker:\n  a.b:\n    lookaside: https://x\n')
    write('b.yaml', 'docker:\n  a.b:\n    lookaside: https://y\n')
    await expect(read()).rejects.toThrow(`is also in ${join(home, 'a.yaml')}`)
  })

  it('is the user’s before the system’s', () => {
    mkdirSync(join(home, 'containers'))
    const { trust } = loadConfig({
      env: { XDG_CONFIG_HOME: home, HOME: '/home/user' },
      uid: 1000,
      systemDirectories: ['/usr', '/etc']
    })
    expect(trust.policies).toEqual([join(home, 'containers/policy.json'), '/etc/policy.json', '/usr/policy.json'])
    expect(trust.registriesDirectories).toEqual([
      join(home, 'containers/registries.d'),
      '/etc/registries.d',
      '/usr/registries.d'
    ])
    expect(trust.signatureDirectory).toBe('/home/user/.local/share/containers/sigstore')
  })
})
