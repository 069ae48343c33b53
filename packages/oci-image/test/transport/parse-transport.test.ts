import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { formatLocation, parseTransport, transportOf } from '../../src/transport/parse-transport.ts'

test.each([
  ['docker://alpine', 'docker://docker.io/library/alpine:latest'],
  ['docker://localhost:5000/a/b:1', 'docker://localhost:5000/a/b:1'],
  ['oci:/x/y', 'oci:/x/y'],
  ['oci:/x/y:v1', 'oci:/x/y:v1'],
  ['oci:/x/y:quay.io/a/b:1', 'oci:/x/y:quay.io/a/b:1'],
  ['oci:/x/y:@3', 'oci:/x/y:@3'],
  ['oci:some/where', `oci:${resolve('some/where')}`],
  ['oci-archive:/x.tar:v1', 'oci-archive:/x.tar:v1'],
  ['docker-archive:/x.tar', 'docker-archive:/x.tar'],
  ['docker-archive:/x.tar:alpine', 'docker-archive:/x.tar:docker.io/library/alpine:latest'],
  ['docker-archive:/x.tar:@0', 'docker-archive:/x.tar:@0'],
  ['docker-daemon:alpine', 'docker-daemon:docker.io/library/alpine:latest'],
  ['docker-daemon:quay.io/a/b:1', 'docker-daemon:quay.io/a/b:1'],
  ['docker-daemon:sha256:' + 'a'.repeat(64), 'docker-daemon:sha256:' + 'a'.repeat(64)],
  ['dir:/x:y', 'dir:/x:y'],
  ['containers-storage:alpine:3', 'containers-storage:alpine:3']
])('%s', (text, expected) => {
  expect(formatLocation(parseTransport(text))).toBe(expected)
  expect(transportOf(text)).toBe(text.slice(0, text.indexOf(':')))
})

test.each([
  ['alpine', 'it does not begin with a transport'],
  ['docker:alpine', 'two slashes follow docker:'],
  ['docker://A B', 'invalid image reference'],
  ['oci:', 'a path must follow'],
  ['oci:/x:.bad', 'is not a name that a layout can have'],
  ['oci:/x:a\nb', 'is not a name that a layout can have'],
  ['dir:\0', 'NUL'],
  ['docker-archive:/x:a@sha256:' + '0'.repeat(64), 'by tags, not by digests'],
  ['docker-daemon:', 'invalid image reference'],
  ['docker-daemon:sha256:abc', 'the whole id must follow'],
  ['containers-storage:', 'a name or id must follow']
])('refuses %j', (text, message) => {
  expect(() => parseTransport(text)).toThrow(message)
})

test.each([
  ['ostree:x@/y', 'oci:'],
  ['atomic:x', 'docker://'],
  ['sif:/x.sif', 'oci-archive:'],
  ['containers-storage:[overlay@/x]alpine', '--root']
])('%s is not supported, and says what to use', (text, hint) => {
  expect(() => parseTransport(text)).toThrow(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining(hint) })
  )
})

test.each(['alpine', 'localhost:5000/a', 'quay.io/a/b:1', 'docker', 'docker:27'])('%s is a plain name', (text) => {
  expect(transportOf(text)).toBeUndefined()
})
