import { expect, test } from 'vitest'
import { parseScpPlace, sshCommand } from '../../src/copy/ssh.ts'

test.each([
  ['alpine:3', { host: undefined, image: 'alpine:3' }],
  ['', { host: undefined, image: '' }],
  ['host::', { host: { destination: 'host', port: undefined }, image: '' }],
  [
    'me@build.example.com:2222::quay.io/a/b:1',
    { host: { destination: 'me@build.example.com', port: '2222' }, image: 'quay.io/a/b:1' }
  ]
])('%s', (text, expected) => {
  expect(parseScpPlace(text)).toEqual(expected)
})

test.each(['-oProxyCommand=x::a', 'a b::c', 'me@-x::', ';x::', '@h::'])('%s is no host', (text) => {
  expect(() => parseScpPlace(text)).toThrow('is not a host')
})

test('words of the remote command are quoted', () => {
  expect(sshCommand('save', "a'; rm -rf /; '")).toBe(`runcible 'save' 'a'\\''; rm -rf /; '\\'''`)
})
