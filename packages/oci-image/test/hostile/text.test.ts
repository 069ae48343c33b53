import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { EngineError, isEngineError } from '@runcible/interface'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCredentials } from '../../src/registry/auth-file.ts'
import { parseChallenges } from '../../src/registry/challenge.ts'
import { nextPage } from '../../src/registry/link.ts'
import { checkRealm } from '../../src/registry/realm.ts'
import { cleanText, redactUrl } from '../../src/registry/redact.ts'
import { rateLimitOf } from '../../src/registry/rate-limit.ts'
import { formatLocation, parseTransport } from '../../src/transport/parse-transport.ts'

/** What it gives, or undefined when it refuses; anything but an EngineError fails the test. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!isEngineError(error)) throw error
    expect(error.message).not.toBe('')
    return undefined
  }
}

const transports = [
  'docker',
  'oci',
  'oci-archive',
  'docker-archive',
  'dir',
  'containers-storage',
  'docker-daemon',
  'sif',
  'x',
  ''
]
const detail = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9._:/@[\]-]{0,60}$/),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '//',
    '///',
    '//a',
    ':',
    ':@',
    '/x:@0',
    '/x:@-1',
    '/x:@99999999',
    '/x:@1:b',
    '[a@b+c]d',
    '\0',
    '/a\0b:c'
  )
)

test('a location is understood, or refused by an EngineError, and comes back from its text', () => {
  const text = fc.oneof(
    fc.tuple(fc.constantFrom(...transports), detail).map(([transport, rest]) => `${transport}:${rest}`),
    fc.string({ unit: 'binary', maxLength: 100 })
  )
  fc.assert(
    fc.property(text, (input) => {
      const location = tried(() => parseTransport(input))
      if (location !== undefined) expect(parseTransport(formatLocation(location))).toEqual(location)
    }),
    { numRuns: 3000 }
  )
})

const header = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        'Bearer',
        'Basic',
        ' ',
        ',',
        '=',
        '"',
        '\\',
        'realm',
        'https://a.b/c',
        ';',
        '<',
        '>',
        'rel',
        'next',
        '\t',
        '%',
        '\u0000'
      ),
      { maxLength: 40 }
    )
    .map((parts) => parts.join(''))
)

test('any challenge gives schemes and parameters without loss of time, and any realm is judged', () => {
  fc.assert(
    fc.property(header, (value) => {
      for (const { scheme, parameters } of parseChallenges(value)) {
        expect(scheme).toMatch(/^[!#$%&'*+\-.^_`|~0-9a-z]+$/)
        const realm = parameters.get('realm') ?? ''
        const judged = checkRealm({
          realm,
          registry: 'reg.example:5000',
          plainHttp: false,
          hasCredentials: true,
          trustedHosts: []
        })
        // Credentials leave for https at the registry's own domain, whatever the header says.
        if (judged instanceof URL)
          expect(`${judged.protocol}//${judged.hostname}`).toMatch(/^https:\/\/(?:.*\.)?reg\.example$/)
      }
    }),
    { numRuns: 3000 }
  )
})

test('a page of a list never comes from another host', () => {
  const from = new URL('https://reg.example/v2/_catalog?n=1')
  const link = fc.oneof(
    header,
    fc
      .tuple(
        fc.oneof(
          fc.webUrl(),
          fc.string({ unit: 'binary', maxLength: 80 }),
          fc.constantFrom(
            '//evil.example/',
            '\\\\evil.example/x',
            'https:evil.example',
            '/\t/evil.example',
            'https://reg.example//evil.example/x',
            '/.//evil.example/x',
            './/..//evil.example'
          )
        ),
        header
      )
      .map(([target, rest]) => `<${target}>; rel="next"${rest}`)
  )
  fc.assert(
    fc.property(link, (value) => {
      const response = { url: from, status: 200, header: () => value, headers: () => [value], body: Readable.from([]) }
      const next = tried(() => nextPage('reg.example', response))
      if (next !== undefined) expect(next.origin).toBe(from.origin)
    }),
    { numRuns: 3000 }
  )
})

test('headers of the worst characters are read in linear time', () => {
  for (const character of ['"', '\\', ',', '=', ' ', '<', '>;', '; rel=next', 'a=', 'Bearer ', '<<<;']) {
    const worst = character.repeat(65_536 / character.length)
    const response = {
      url: new URL('https://a/'),
      status: 200,
      header: () => worst,
      headers: () => [worst],
      body: Readable.from([])
    }
    const begin = process.cpuUsage()
    parseChallenges(worst)
    tried(() => nextPage('a', response))
    cleanText(worst)
    redactUrl(worst)
    tried(() => parseTransport(`oci:${worst}`))
    const { user } = process.cpuUsage(begin)
    // Quadratic would be seconds.
    expect(user / 1000).toBeLessThan(500)
  }
})

test('an auth file of any content gives credentials, nothing, or an error without its content', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'auth-'))
  await using _gone = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
  const path = join(directory, 'auth.json')
  const marker = 'MaRkEr'
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(marker, Buffer.from(`ann:${marker}`).toString('base64'), Buffer.from(marker).toString('base64'))
  )
  const entry = fc.oneof(
    value,
    fc.record({ auth: value, identitytoken: value, username: value, password: value }, { requiredKeys: [] })
  )
  const document = fc.oneof(
    fc.record(
      {
        auths: fc.oneof(
          value,
          fc.dictionary(fc.constantFrom('h', 'h/r', 'https://h/v1/', '__proto__', 'constructor'), entry)
        ),
        // No helper of such a name exists.
        credHelpers: fc.oneof(
          value,
          fc.dictionary(fc.constantFrom('h', '__proto__'), fc.constantFrom<unknown>('../../bin/sh', '', 7, null))
        )
      },
      { requiredKeys: [] }
    ),
    fc.jsonValue()
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        document.map((it) => JSON.stringify(it)),
        fc.string({ unit: 'binary' }).map((text) => text + marker)
      ),
      async (text) => {
        await writeFile(path, text)
        try {
          await findCredentials({ authFiles: [path], registry: 'h', repository: 'r' })
        } catch (error) {
          if (!(error instanceof EngineError)) throw error
          expect(`${error.message} ${error.hint}`).not.toContain(marker)
        }
      }
    ),
    { numRuns: 600 }
  )
})

test('a time to come back, whatever a registry sends, is a number of milliseconds or nothing', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())
  )
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('retry-after', 'x-retry-after', 'ratelimit-reset', 'x-ratelimit-reset', 'ratelimit-limit'),
        value
      ),
      (headers) => {
        const { retryAfter, quota } = rateLimitOf({ header: (name) => headers[name] })
        if (retryAfter !== undefined) expect(Number.isFinite(retryAfter) && retryAfter >= 0).toBe(true)
        if (quota !== undefined)
          expect(Number.isSafeInteger(quota.requests) && Number.isSafeInteger(quota.seconds)).toBe(true)
      }
    ),
    { numRuns: 2000 }
  )
})
