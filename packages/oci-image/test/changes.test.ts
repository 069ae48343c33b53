import { expect, test } from 'vitest'
import { applyChanges } from '../src/changes.ts'

const ports = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]))

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
  ['LABEL title=My image, a=b', { Labels: { title: 'My image, a=b' } }],
  ['EXPOSE 80 53/UDP 8000-8002', { ExposedPorts: ports('80/tcp', '53/udp', '8000/tcp', '8001/tcp', '8002/tcp') }],
  ['EXPOSE=80', { ExposedPorts: ports('80/tcp') }],
  ['ONBUILD RUN make', { OnBuild: ['RUN make'] }],
  ['STOPSIGNAL SIGQUIT', { StopSignal: 'SIGQUIT' }],
  ['STOPSIGNAL 9', { StopSignal: '9' }],
  ['STOPSIGNAL RTMIN+3', { StopSignal: 'RTMIN+3' }],
  ['USER 1000:1000', { User: '1000:1000' }],
  ['VOLUME ["/data", "/a b"]', { Volumes: { '/data': {}, '/a b': {} } }],
  ['VOLUME /data /log', { Volumes: { '/data': {}, '/log': {} } }],
  ['CMD []', { Cmd: [] }],
  ['CMD ["a"', { Cmd: ['/bin/sh', '-c', '["a"'] }],
  ['WORKDIR srv/../x', { WorkingDir: '/x' }],
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
  'LABEL a',
  'STOPSIGNAL SIGNOTHING',
  'STOPSIGNAL 65',
  'HEALTHCHECK CMD true',
  '__proto__ x'
])('refuses %j', (change) => {
  expect(() => applyChanges([change])).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})
