import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { askLine, askSecret, readAll } from '../../src/terminal/ask.ts'

function terminal(keys: string) {
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) })
  const stdout = new PassThrough()
  let shown = ''
  stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
  stdin.write(keys)
  return { stdin, stdout, stderr: new PassThrough(), raw, shown: () => shown }
}

it('asks for a line, and leaves what follows', async () => {
  const stdio = terminal('ann\nsecret\n')
  expect(await askLine(stdio, 'Username: ')).toBe('ann')
  expect(await askSecret(stdio, 'Password: ', '')).toBe('secret')
  expect(stdio.raw).toEqual([true, false])
  await new Promise((resolve) => setImmediate(resolve))
  expect(stdio.shown()).toBe('Username: Password: \n')
})

it.each([
  ['abx\u007fc\r', 'abc'],
  ['wrong\u0015right\r', 'right'],
  ['ü😀\u007f\r', 'ü'],
  ['half\u0004', 'half']
])('edits what is typed: %j', async (keys, line) => {
  expect(await askSecret(terminal(keys), 'Password: ', '')).toBe(line)
})

it('ends with Ctrl-C, and gives the terminal back', async () => {
  const stdio = terminal('ab\u0003')
  await expect(askSecret(stdio, 'Password: ', '')).rejects.toMatchObject({ code: 'aborted' })
  expect(stdio.raw).toEqual([true, false])
})

it('needs a terminal for a secret', async () => {
  const stdio = { ...terminal('x\n'), stdin: new PassThrough() }
  await expect(askSecret(stdio, 'Password: ', 'use a file')).rejects.toMatchObject({
    code: 'failed-precondition',
    hint: 'use a file'
  })
})

it.each([
  ['pw', 'pw'],
  ['pw\n', 'pw'],
  ['pw\r\n', 'pw'],
  ['p w\n\n', 'p w\n']
])('reads a password from a pipe: %j', async (text, password) => {
  const stdin = new PassThrough()
  stdin.end(text)
  expect(await readAll({ stdin })).toBe(password)
})
