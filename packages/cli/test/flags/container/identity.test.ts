import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('identity flags', () => {
  it('become name, labels and life', () => {
    const spec = specOf(
      '--name',
      'web',
      '-l',
      'a=b',
      '--label',
      'empty',
      '--label',
      'eq=a=b',
      '--annotation',
      'k=v',
      '--restart',
      'on-failure:3',
      '--replace',
      '--pidfile',
      '/p'
    )
    expect(spec).toMatchObject({
      name: 'web',
      restart: { name: 'on-failure', maximumRetryCount: 3 },
      replace: true,
      pidFile: '/p'
    })
    expect({ ...spec.labels }).toEqual({ a: 'b', empty: '', eq: 'a=b' })
    expect({ ...spec.annotations }).toEqual({ k: 'v' })
  })

  it('know the restart policies', () => {
    for (const name of ['no', 'always', 'unless-stopped', 'on-failure'])
      expect(specOf('--restart', name)).toEqual({ restart: { name } })
    expect(() => specOf('--restart', 'foo')).toThrow('"foo" is not a valid restart policy')
    expect(() => specOf('--restart', 'always:3')).toThrow('takes no count')
    expect(() => specOf('--restart', 'on-failure:x')).toThrow('not a count')
  })

  it('refuse what excludes each other', () => {
    expect(() => specOf('--rm', '--restart', 'always')).toThrow('exclude each other')
    expect(specOf('--rm', '--restart', 'no')).toEqual({ autoRemove: true, restart: { name: 'no' } })
    expect(() => specOf('--replace')).toThrow('--replace needs --name')
    expect(() => specOf('--name', 'a b')).toThrow('invalid container name "a b"')
    expect(() => specOf('-l', '=x')).toThrow('the key is empty')
  })
})
