import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('image flags', () => {
  it('say how it is fetched', () => {
    expect(specOf('--pull', 'newer', '--platform', 'linux/arm64', '--creds', 'me:p:w', '--tls-verify=false')).toEqual({
      pull: 'newer',
      platform: { os: 'linux', architecture: 'arm64' },
      auth: { username: 'me', password: 'p:w' },
      tlsVerify: false
    })
    expect(specOf('--arch', 'arm', '--variant', 'v6').platform).toEqual({
      os: 'linux',
      architecture: 'arm',
      variant: 'v6'
    })
    expect(specOf('--pull=true')).toEqual({ pull: 'always' })
  })

  it('refuse what cannot be meant', () => {
    expect(() => specOf('--pull', 'foo')).toThrow('unsupported pull policy "foo"')
    expect(() => specOf('--platform', 'a/b/c/d')).toThrow('invalid value for --platform')
    expect(() => specOf('--platform', 'linux/arm64', '--os', 'linux')).toThrow('excludes')
    expect(() => specOf('--creds', 'me')).toThrow('expected user:password')
  })
})
