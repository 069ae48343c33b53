import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCommand } from '../../src/flags/parse.ts'
import { policyFlags, readSignaturePolicy, readSigning, signFlags } from '../../src/flags/sign.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sign-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const values = (argv: readonly string[]) => {
  const parsed = parseCommand({ flags: [...signFlags, ...policyFlags], stopAtOperand: false }, argv)
  if (parsed.kind !== 'run') throw new Error('asked for help')
  return parsed.flags
}
const stdio = () => ({ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() })
const read = (...argv: readonly string[]) => readSigning(values(argv), stdio())
const parameters = (text: string): string => {
  const file = join(home, 'sign.yaml')
  writeFileSync(file, text)
  return file
}

describe('flags for signing', () => {
  it('make requests', async () => {
    expect(await read()).toEqual({})
    expect(await read('--sign-by', 'ABCD', '--sign-passphrase-file', '/p')).toEqual({
      sign: [{ kind: 'simple', fingerprint: 'ABCD', passphraseFile: '/p' }]
    })
    expect(await read('--sign-by', 'ABCD', '--sign-by-sigstore-private-key', '/k')).toEqual({
      sign: [
        { kind: 'simple', fingerprint: 'ABCD' },
        { kind: 'sigstore', privateKeyFile: '/k' }
      ]
    })
    expect(await read('--sign-by-sigstore', parameters('privateKeyFile: /k\nprivateKeyPassphraseFile: /p\n'))).toEqual({
      sign: [{ kind: 'sigstore', privateKeyFile: '/k', passphraseFile: '/p' }]
    })
  })

  it('ask for a passphrase where there is a terminal', async () => {
    const streams = stdio()
    Object.assign(streams.stdin, { isTTY: true, setRawMode: () => streams.stdin })
    let said = ''
    streams.stdout.on('data', (text) => (said += String(text)))
    const reading = readSigning(values(['--sign-by-sigstore-private-key', '/k']), streams)
    streams.stdin.write('a secret\r')
    expect(await reading).toEqual({ sign: [{ kind: 'sigstore', privateKeyFile: '/k', passphrase: 'a secret' }] })
    expect(said).toBe('Passphrase for key /k: \n')
  })

  it.each([
    [['--sign-by-sq-fingerprint', 'AB'], 'Sequoia'],
    [['--sign-passphrase-file', '/p'], 'needs --sign-by'],
    [['--sign-by', 'A', '--sign-by-sigstore-private-key', '/k', '--sign-passphrase-file', '/p'], 'only one of'],
    [['--sign-by-sigstore', '/no/such'], '/no/such']
  ])('refuse %j', async (argv, why) => {
    await expect(read(...argv)).rejects.toThrow(why)
  })

  it.each([
    ['rekorURL: https://r\nprivateKeyFile: /k', 'rekorURL'],
    ['fulcio: {fulcioURL: https://f}', 'fulcio'],
    ['privateKey: /k', '"privateKey" is not known'],
    ['privateKeyPassphraseFile: /p', 'privateKeyFile is missing'],
    ['privateKeyFile: /k\nprivateKeyPassphraseFile: [1]', 'must be a path'],
    ['- a', 'must have members']
  ])('refuse the parameters %j', async (text, why) => {
    await expect(read('--sign-by-sigstore', parameters(text))).rejects.toThrow(why)
  })
})

describe('flags for policies', () => {
  it('name a file, or none', () => {
    expect(readSignaturePolicy(values([]))).toEqual({})
    expect(readSignaturePolicy(values(['--policy', '/p.json']))).toEqual({ signaturePolicy: '/p.json' })
    expect(readSignaturePolicy(values(['--signature-policy', '/p.json']))).toEqual({ signaturePolicy: '/p.json' })
    expect(readSignaturePolicy(values(['--insecure-policy']))).toEqual({ signaturePolicy: false })
    expect(readSignaturePolicy(values(['--insecure-policy=false']))).toEqual({})
    expect(() => readSignaturePolicy(values(['--insecure-policy', '--policy', '/p']))).toThrow('excludes')
  })
})
