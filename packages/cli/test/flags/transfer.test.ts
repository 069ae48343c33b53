import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCommand } from '../../src/flags/parse.ts'
import {
  placeFlags,
  readPlace,
  readRegistry,
  readRepetitions,
  registryFlags,
  repetitionFlags
} from '../../src/flags/transfer.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'transfer-'))
  writeFileSync(join(directory, 'auth.json'), '{}')
})
afterEach(() => rmSync(directory, { recursive: true }))

function parse(flags: typeof registryFlags, argv: readonly string[]) {
  const parsed = parseCommand({ flags }, argv)
  if (parsed.kind === 'help') throw new Error('help')
  return parsed.flags
}

describe('registry flags', () => {
  it('say how the registry is reached', () => {
    const argv = ['--creds', 'me:p:w', '--authfile', join(directory, 'auth.json'), '--cert-dir', directory]
    argv.push('--tls-verify=false', '--retry', '0', '--retry-delay', '1m2.5s')
    expect(readRegistry(parse(registryFlags, argv))).toEqual({
      auth: { username: 'me', password: 'p:w' },
      authFile: join(directory, 'auth.json'),
      certificateDir: directory,
      tlsVerify: false,
      retries: 0,
      retryDelay: 62_500
    })
    expect(readRegistry(parse(registryFlags, []))).toEqual({})
  })

  it.each([
    [['--authfile', '/nowhere/auth.json'], '--authfile /nowhere/auth.json: no such file'],
    [['--authfile', '/'], '--authfile /: not a file'],
    [['--cert-dir', '/nowhere'], '--cert-dir /nowhere: no such directory'],
    [['--retry', '-1'], '--retry must not be negative'],
    [['--retry-delay', 'soon'], 'invalid value for --retry-delay'],
    [['--creds', 'me'], 'expected user:password']
  ])('refuse %j', (argv, message) => {
    expect(() => readRegistry(parse(registryFlags, argv))).toThrow(message)
  })
})

describe("skopeo's flags", () => {
  const read = (...argv: readonly string[]) => readPlace(parse(placeFlags('src-'), argv), 'src-')

  it('say the same with a prefix', () => {
    expect(read('--src-username', 'me', '--src-password', 'pw', '--src-tls-verify')).toEqual({
      auth: { username: 'me', password: 'pw' },
      tlsVerify: true
    })
    expect(read('--src-no-creds')).toEqual({ anonymous: true })
    expect(read('--src-registry-token', 'abc')).toEqual({ registryToken: 'abc' })
    const repetitions = parse(repetitionFlags, ['--retry-times', '2', '--retry-delay', '1s'])
    expect(readRepetitions(repetitions, 'retry-times')).toEqual({ retries: 2, retryDelay: 1000 })
  })

  it('exclude each other', () => {
    expect(() => read('--src-no-creds', '--src-creds', 'a:b')).toThrow('--src-no-creds excludes other credentials')
    expect(() => read('--src-creds', 'a:b', '--src-username', 'c')).toThrow('--src-creds excludes')
    expect(() => read('--src-username', 'c')).toThrow('go together')
  })
})
