import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSpec, specOf } from '../../support/read-spec.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'runcible-cli-'))
  writeFileSync(join(directory, 'env'), '# comment\n\nA=1\n  B="kept as it is"\r\nFROM_HOST\nNOT_THERE\nP_*\n')
  writeFileSync(join(directory, 'bad'), 'A=1\n=2\n')
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('process flags', () => {
  it('become what runs', () => {
    expect(
      specOf(
        '-it',
        '-w',
        '/w',
        '-u',
        '1:2',
        '--group-add',
        'a,b',
        '--group-add',
        'c',
        '--init',
        '--stop-signal',
        'INT',
        '--stop-timeout',
        '0',
        '--umask',
        '077',
        '--unsetenv',
        'X'
      )
    ).toEqual({
      stdin: true,
      tty: true,
      workdir: '/w',
      user: '1:2',
      groupAdd: ['a', 'b', 'c'],
      init: true,
      stopSignal: 'SIGINT',
      stopTimeout: 0,
      umask: 0o77,
      unsetEnv: ['X']
    })
  })

  it('stop at the image', () => {
    expect(readSpec(['--rm', 'img', 'ls', '--rm=false', '-la', '--', '-t'])).toEqual({
      image: 'img',
      autoRemove: true,
      command: ['ls', '--rm=false', '-la', '--', '-t']
    })
    expect(readSpec(['--', 'img', '-x'])).toEqual({ image: 'img', command: ['-x'] })
    expect(() => readSpec(['--rm'])).toThrow('an image is missing')
  })

  it('set variables from files, then words, then this environment', () => {
    const host = { FROM_HOST: 'h', P_1: 'one', P_2: 'two', Q: 'q' }
    const { env } = readSpec(
      ['--env-file', join(directory, 'env'), '-e', 'A=2', '-eC=3=4', '--env', 'Q', '-e', 'NOPE', '-e', 'EMPTY=', 'img'],
      host
    )
    expect({ ...env }).toEqual({
      A: '2',
      B: '"kept as it is"',
      FROM_HOST: 'h',
      P_1: 'one',
      P_2: 'two',
      C: '3=4',
      Q: 'q',
      EMPTY: ''
    })
    expect({ ...readSpec(['--env-host', '-e', 'Q=x', 'img'], host).env }).toEqual({ ...host, Q: 'x' })
    expect(Object.keys(readSpec(['-e', '__proto__=x', 'img']).env ?? {})).toEqual(['__proto__'])
  })

  it('name the line that is wrong', () => {
    expect(() => specOf('--env-file', join(directory, 'bad'))).toThrow(
      `invalid variable "=2" in ${join(directory, 'bad')}:2`
    )
    expect(() => specOf('--env-file', '/does/not/exist')).toThrow('--env-file /does/not/exist: no such file')
    expect(() => specOf('-e', '=x')).toThrow('the name is empty')
  })

  it('take an entry point as a word, an array, or nothing', () => {
    expect(specOf('--entrypoint', 'sh -c')).toEqual({ entrypoint: ['sh -c'] })
    expect(specOf('--entrypoint', '["sh","-c"]')).toEqual({ entrypoint: ['sh', '-c'] })
    expect(specOf('--entrypoint', '')).toEqual({ entrypoint: [] })
    expect(() => specOf('--entrypoint', '[1]')).toThrow('not an array of strings')
    expect(() => specOf('--stop-signal', 'FOO')).toThrow('not a signal')
  })

  it('refuse what cannot be meant', () => {
    expect(() => specOf('-w', 'relative')).toThrow('must be absolute')
    expect(() => specOf('--umask', '9')).toThrow('not an octal mask')
    expect(() => specOf('--stop-timeout', '-1')).toThrow('-1 is below 0')
  })
})

it('merges variables with those of the image, and leaves all out', () => {
  expect(specOf('--env-merge', 'PATH=/x:${PATH}', '--unsetenv-all')).toEqual({
    envMerge: { PATH: '/x:${PATH}' },
    unsetEnvAll: true
  })
  expect(() => specOf('--env-merge', 'PATH')).toThrow(/not name=value/)
})

it('has a time zone', () => {
  expect(specOf('--tz', 'Europe/Vienna')).toEqual({ timezone: 'Europe/Vienna' })
})
