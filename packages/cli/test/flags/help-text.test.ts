import { expect, it } from 'vitest'
import { helpText } from '../../src/flags/help-text.ts'

it('shows the flags under their headings, wrapped beside their names', () => {
  const long = Array.from({ length: 30 }, () => 'word').join(' ')
  const text = helpText({
    name: 'demo do',
    usage: '[options] THING',
    summary: 'Do something',
    description: 'And more.',
    flags: [
      { name: 'force', short: 'f', kind: 'bool', help: 'Do it anyway' },
      { name: 'label', kind: 'list', value: 'key=value', help: long, group: 'Naming' }
    ],
    examples: ['demo do -f it']
  })
  expect(text.split('\n')).toEqual([
    'Usage: demo do [options] THING',
    '',
    'Do something',
    '',
    'And more.',
    '',
    'Options:',
    '  -f, --force          Do it anyway',
    '',
    'Naming:',
    `  --label <key=value>  ${Array.from({ length: 17 }, () => 'word').join(' ')}`,
    `                       ${Array.from({ length: 13 }, () => 'word').join(' ')}`,
    '',
    'Help:',
    '  --help               Show this text',
    '',
    'Examples:',
    '  demo do -f it',
    ''
  ])
})
