import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('logging flags', () => {
  it('say where the output is kept', () => {
    expect(
      specOf('--log-driver', 'json-file', '--log-opt', 'max-size=10m', '--log-opt', 'path=/l', '--log-opt', 'tag=a=b')
    ).toEqual({
      log: { driver: 'json-file', maxSize: 10_485_760, path: '/l', tag: 'a=b' }
    })
    expect(specOf('--log-opt', 'max-size=1k')).toEqual({ log: { driver: 'k8s-file', maxSize: 1024 } })
  })

  it('refuse what cannot be meant', () => {
    expect(() => specOf('--log-driver', 'foo')).toThrow('invalid log driver "foo"')
    expect(() => specOf('--log-opt', 'max-file=3')).toThrow('unknown key "max-file"')
    expect(() => specOf('--log-opt', 'path')).toThrow('not key=value')
  })
})
