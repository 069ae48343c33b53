import { expect, test } from 'vitest'
import { dockerHost } from '../../../src/transport/daemon/docker-host.ts'

test.each([
  [undefined, {}, { origin: 'http://docker', socketPath: '/var/run/docker.sock' }],
  [undefined, { DOCKER_HOST: 'unix:///x.sock' }, { origin: 'http://docker', socketPath: '/x.sock' }],
  [undefined, { DOCKER_HOST: 'tcp://h:2375' }, { origin: 'http://h:2375' }],
  [
    undefined,
    { DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' },
    { origin: 'https://h:2376', certificateDir: '/certs' }
  ],
  ['tcp://h:2376', { DOCKER_HOST: 'unix:///x.sock' }, { origin: 'https://h:2376' }],
  ['https://h:2376/below/', {}, { origin: 'https://h:2376/below' }],
  ['http://[::1]:2375', {}, { origin: 'http://[::1]:2375' }]
])('%j with %j', (asked, env, expected) => {
  const { name: _, ...host } = dockerHost(asked, undefined, env)
  expect(host).toEqual(expected)
})

test('given certificates come before those of the environment', () => {
  const env = { DOCKER_HOST: 'tcp://h:1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/theirs' }
  expect(dockerHost(undefined, '/ours', env).certificateDir).toBe('/ours')
})

test.each([
  ['/var/run/docker.sock', 'neither unix://'],
  ['unix://relative', 'must be absolute'],
  ['ssh://host', 'neither unix://'],
  ['https://user:secret@host:1', 'credentials cannot be given']
])('refuses %s', (asked, message) => {
  let error: unknown
  try {
    dockerHost(asked, undefined, {})
  } catch (caught) {
    error = caught
  }
  expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(message) })
  expect(String(error)).not.toContain('secret')
})
