import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('storage flags', () => {
  it('become mounts', () => {
    expect(
      specOf(
        '-v',
        '/a:/b:ro,rslave',
        '-v',
        'data:/data',
        '-v',
        '/anon',
        '--mount',
        'type=bind,src=/s,dst=/t,ro=true',
        '--mount',
        'type=tmpfs,target=/tt,tmpfs-size=1m,tmpfs-mode=1777',
        '--mount',
        'source=vol,target=/v,readonly',
        '--tmpfs',
        '/run:size=64m,noexec'
      ).mounts
    ).toEqual([
      { type: 'bind', source: '/a', target: '/b', options: ['ro', 'rslave'] },
      { type: 'volume', source: 'data', target: '/data', options: [] },
      { type: 'volume', target: '/anon', options: [] },
      { type: 'bind', source: '/s', target: '/t', options: ['ro'] },
      { type: 'tmpfs', target: '/tt', options: ['size=1048576', 'mode=1777'] },
      { type: 'volume', source: 'vol', target: '/v', options: ['ro'] },
      { type: 'tmpfs', target: '/run', options: ['size=64m', 'noexec'] }
    ])
  })

  it('become sizes, devices and the fate of image volumes', () => {
    expect(
      specOf(
        '--shm-size',
        '1g',
        '--device',
        '/dev/fuse',
        '--device',
        '/dev/a:/dev/b:r',
        '--device',
        '/dev/c:rw',
        '--image-volume',
        'bind'
      )
    ).toEqual({
      shmSize: 1024 ** 3,
      imageVolumes: 'anonymous',
      devices: [
        { path: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' },
        { path: '/dev/a', target: '/dev/b', permissions: 'r' },
        { path: '/dev/c', target: '/dev/c', permissions: 'rw' }
      ]
    })
  })

  it('refuse what cannot be meant', () => {
    const cases: readonly (readonly [string[], string])[] = [
      [['-v', 'a:b'], 'container path "b" must be absolute'],
      [['-v', 'relative'], 'must be absolute'],
      [['-v', ':/b'], 'the source is empty'],
      [['-v', '/a:/b:ro:x'], 'expected [source:]target[:options]'],
      [['-v', '/a:/b:nope'], 'unknown option "nope"'],
      [['-v', '-bad:/b'], 'invalid volume name'],
      [['-v', '/a:/x', '--tmpfs', '/x/'], 'two mounts at /x'],
      [['--mount', 'type=bind,target=/x'], 'needs a source'],
      [['--mount', 'type=bind,source=/x'], 'target is missing'],
      [['--mount', 'type=nfs,target=/x'], 'not bind, volume or tmpfs'],
      [['--mount', 'target=/x,foo=1'], 'unknown key "foo"'],
      [['--mount', 'target=/x,ro=maybe'], 'ro is true or false'],
      [['--device', 'fuse'], 'absolute paths'],
      [['--device', '/dev/fuse:/x:q'], 'permissions of r, w, m'],
      [['--image-volume', 'x'], 'not anonymous, tmpfs or ignore'],
      [['--shm-size', 'big'], 'not a size']
    ]
    for (const [argv, message] of cases) expect(() => specOf(...argv), argv.join(' ')).toThrow(message)
  })

  it('make a relative directory absolute', () => {
    expect(specOf('-v', './x:/x').mounts).toEqual([
      { type: 'bind', source: `${process.cwd()}/x`, target: '/x', options: [] }
    ])
  })
})

describe('--volumes-from', () => {
  it('names containers', () => {
    expect(specOf('--volumes-from', 'a,b:ro', '--volumes-from=c:rw')).toEqual({
      volumesFrom: [{ container: 'a' }, { container: 'b', readOnly: true }, { container: 'c' }]
    })
  })

  it.each(['a:z', ':ro', 'a:ro:x'])('refuses %s', (text) => {
    expect(() => specOf('--volumes-from', text)).toThrow(/is not container\[:ro\]/)
  })
})

describe('--secret', () => {
  it('says what the container gets, and how', () => {
    expect(
      specOf('--secret=a', '--secret', 'b,type=env,target=B', '--secret', 'source=c,uid=1,gid=2,mode=0400,target=/x')
        .secrets
    ).toEqual([
      { secret: 'a' },
      { secret: 'b', type: 'env', target: 'B' },
      { secret: 'c', uid: 1, gid: 2, mode: 0o400, target: '/x' }
    ])
  })

  it.each([
    ['a,type=x', /is not mount or env/],
    ['a,what=1', /unknown key "what"/],
    ['a,mode=9', /is not a number/],
    ['a,uid=-1', /is not a number/],
    ['a,type=env,mode=0400', /no uid, gid or mode/],
    ['type=env', /no secret is named/],
    ['a,target=', /needs a value/]
  ])('refuses %s', (text, message) => {
    expect(() => specOf('--secret', text)).toThrow(message)
  })
})
