import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runGpg, statusOf } from '../../src/trust/simple/gpg.ts'
import { verifyMessage } from '../../src/trust/simple/verify.ts'

const path = process.env['PATH']
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpg-'))
  process.env['PATH'] = [folder, '/usr/bin', '/bin'].join(delimiter)
})
afterEach(() => {
  process.env['PATH'] = path
  rmSync(folder, { recursive: true })
})

/** A program in place of gpg. */
function fakeGpg(script: string): void {
  writeFileSync(join(folder, 'gpg'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'gpg'), 0o755)
}
const message = Buffer.from([0x90, 1, 2, 3])
const status = (...lines: readonly string[]) => lines.map((line) => `echo "[GNUPG:] ${line}" >&3`).join('\n')
const valid = 'VALIDSIG AA 2026-01-01 1 0 4 0 22 8 00 BB'

describe('gpg', () => {
  it('is told by an error when it is not there', async () => {
    process.env['PATH'] = folder
    await expect(runGpg({ args: [] })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('gpg is not installed')
    })
  })

  it('gets its input, a secret, and a home; and answers', async () => {
    fakeGpg(`cat; echo "$GNUPGHOME $(cat <&4)"; ${status('SIG_CREATED a b')}; echo "gpg: the end" >&2; exit 2`)
    const answer = await runGpg({ args: [], input: Buffer.from('in '), secret: 'word', home: '/h' })
    expect(answer.output.toString()).toBe('in /h word\n')
    expect([answer.code, answer.said]).toEqual([2, 'gpg: the end'])
    expect(statusOf(answer, 'SIG_CREATED')).toEqual(['SIG_CREATED', 'a', 'b'])
    expect(statusOf(answer, 'OTHER')).toBeUndefined()
  })

  it('is stopped by a signal, by a deadline, and when it never ends to write', async () => {
    fakeGpg('exec sleep 60')
    const stop = new AbortController()
    const running = runGpg({ args: [], signal: stop.signal })
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'aborted' })
    await expect(runGpg({ args: [], timeout: 20 })).rejects.toMatchObject({ code: 'timeout' })
    fakeGpg('exec cat /dev/zero')
    await expect(runGpg({ args: [] })).rejects.toMatchObject({ code: 'corrupt' })
  })

  it('may read nothing of its input', async () => {
    fakeGpg('exit 0')
    expect((await runGpg({ args: [], input: Buffer.alloc(1024 * 1024) })).code).toBe(0)
  })
})

describe('the verdict on a message', () => {
  const verify = (script: string, bytes: Uint8Array = message) => (fakeGpg(script), verifyMessage(bytes, '/h'))

  it('is that of the status lines', async () => {
    const verified = await verify(`printf content; ${status('PLAINTEXT 62 0 x', 'GOODSIG k me', valid)}`)
    expect(verified).toEqual({ fingerprint: 'BB', content: Buffer.from('content') })
  })

  it.each([
    ['without a valid signature', status('GOODSIG k me'), 'is not a signed message'],
    ['without a good signature', status(valid), 'is not a signed message'],
    ['with a failure', `${status('GOODSIG k me', valid)}; echo "gpg: why" >&2; exit 1`, 'is not accepted by gpg: why'],
    ['with two signers', status('GOODSIG k me', valid, 'GOODSIG k you', valid), 'several signers or contents'],
    ['with two contents', status('PLAINTEXT a', 'PLAINTEXT b', 'GOODSIG k me', valid), 'several signers or contents'],
    ['with a good and a bad signature', status('GOODSIG k me', valid, 'BADSIG k you'), 'is bad'],
    ['by a key that has expired', status('EXPKEYSIG k me', valid), 'a key that has expired'],
    ['by a key that was revoked', status('REVKEYSIG k me', valid), 'a key that was revoked'],
    ['that has expired', status('EXPSIG k me', valid), 'has expired'],
    ['that is encrypted', status('BEGIN_DECRYPTION', 'GOODSIG k me', valid), 'is encrypted']
  ])('is no, %s', async (_, script, why) => {
    await expect(verify(script)).rejects.toThrow(why)
  })

  it('is no for a text', async () => {
    await expect(verify(status('GOODSIG k me', valid), Buffer.from('-----BEGIN PGP'))).rejects.toThrow(
      'no binary OpenPGP message'
    )
    await expect(verify(status('GOODSIG k me', valid), new Uint8Array())).rejects.toThrow('no binary OpenPGP message')
  })
})
