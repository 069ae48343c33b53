import { expect, test } from 'vitest'
import { readOptions } from '../src/options.ts'

test('everything has a default', () => {
  expect(readOptions([])).toEqual({
    listen: undefined,
    socketGroup: undefined,
    root: undefined,
    runRoot: undefined,
    logLevel: 'info',
    wants: 'serve'
  })
})

test('everything can be said', () => {
  const argv = ['--listen', 'unix:///s', '--socket-group=g', '--root', '/r', '--runroot', '/u', '--log-level', 'debug']
  expect(readOptions(argv)).toEqual({
    listen: 'unix:///s',
    socketGroup: 'g',
    root: '/r',
    runRoot: '/u',
    logLevel: 'debug',
    wants: 'serve'
  })
  expect([readOptions(['--version']).wants, readOptions(['-v', '-h']).wants]).toEqual(['version', 'help'])
})

test.each([[['--bogus']], [['word']], [['--listen']], [['--log-level', 'loud']], [['--version=1']]])(
  '%j is refused on one line',
  (argv) => {
    const message = expect.not.stringContaining('\n')
    expect(() => readOptions(argv)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message, hint: expect.any(String) })
    )
  }
)
