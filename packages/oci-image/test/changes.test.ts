import { expect, test } from 'vitest'
import { applyChanges } from '../src/changes.ts'

test.each([
  ['CMD ["a", "b c"]', { Cmd: ['a', 'b c'] }],
  ['CMD echo hello', { Cmd: ['/bin/sh', '-c', 'echo hello'] }],
  ['CMD=["a"]', { Cmd: ['a'] }],
  ['entrypoint ["a"]', { Entrypoint: ['a'] }],
  ['ENV A=b', { Env: ['A=b'] }],
  ['ENV=A=b', { Env: ['A=b'] }],
  ['ENV A="b c" D=e\\ f', { Env: ['A=b c', 'D=e f'] }],
  ['ENV A b c', { Env: ['A=b c'] }],
  ['LABEL a.b=c "d e"=f', { Labels: { 'a.b': 'c', 'd e': 'f' } }],
  ['EXPOSE 80 53/udp 8000-8010', { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8000-8010/tcp': {} } }],
  ['STOPSIGNAL SIGQUIT', { StopSignal: 'SIGQUIT' }],
  ['USER 1000:1000', { User: '1000:1000' }],
  ['VOLUME ["/data", "/a b"]', { Volumes: { '/data': {}, '/a b': {} } }],
  ['VOLUME /data /log', { Volumes: { '/data': {}, '/log': {} } }],
  ['WORKDIR /srv', { WorkingDir: '/srv' }]
])('%s', (change, expected) => {
  expect(applyChanges([change])).toEqual(expected)
})

test('later changes win', () => {
  expect(applyChanges(['ENV A=1', 'ENV B=2', 'ENV A=3', 'WORKDIR /a', 'WORKDIR b', 'CMD ["x"]', 'CMD ["y"]'])).toEqual({
    Env: ['B=2', 'A=3'],
    WorkingDir: '/a/b',
    Cmd: ['y']
  })
})

test.each([
  '',
  'CMD',
  'FROM x',
  'RUN true',
  'EXPOSE none',
  'EXPOSE 99999',
  'EXPOSE 90-80',
  'EXPOSE 0',
  'ENV A',
  'ENV =b',
  'ONBUILD RUN x',
  '__proto__ x'
])('refuses %j', (change) => {
  expect(() => applyChanges([change])).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})
