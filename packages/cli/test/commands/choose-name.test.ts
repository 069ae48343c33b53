import { PassThrough } from 'node:stream'
import { fakeRegistries } from '@runcible/fakes'
import { expect, it } from 'vitest'
import { chooseImage, chooseName } from '../../src/commands/image/choose-name.ts'
import { fakeEngine } from '../support/fake-engine.ts'

const choices = { app: ['a.test/app:latest', 'b.test/app:latest'] }

function terminal(answers: string, isTTY = true) {
  const stdin = Object.assign(new PassThrough(), { isTTY })
  const stdout = Object.assign(new PassThrough(), { isTTY })
  let shown = ''
  stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
  stdin.end(answers)
  return { stdin, stdout, stderr: new PassThrough(), shown: () => shown }
}

it('asks which of several a short name means, and remembers it', async () => {
  const registries = fakeRegistries({ choices })
  const stdio = terminal('7\nx\n2\n')
  const { name, keep } = await chooseName(stdio, registries, 'app')
  expect(name).toBe('b.test/app:latest')
  await new Promise((resolve) => setImmediate(resolve))
  expect(stdio.shown()).toBe(
    `Please select an image for app:\n  1) a.test/app:latest\n  2) b.test/app:latest\n${'Number (1): '.repeat(3)}`
  )
  expect(registries.choices('app').length).toBe(2)
  keep()
  expect(registries.choices('app')).toEqual([])
})

it('takes the first for an empty answer, and none for the end of the input', async () => {
  const registries = fakeRegistries({ choices })
  expect((await chooseName(terminal('\n'), registries, 'app')).name).toBe('a.test/app:latest')
  await expect(chooseName(terminal(''), registries, 'app')).rejects.toMatchObject({ code: 'aborted' })
})

it('asks nothing without a terminal, nor where it is clear', async () => {
  const registries = fakeRegistries({ choices })
  expect((await chooseName(terminal('2\n', false), registries, 'app')).name).toBe('app')
  expect((await chooseName(terminal('2\n'), registries, 'other')).name).toBe('other')
  const engine = fakeEngine({ registries: { choices: { 'localhost/bb:1': ['a.test/bb', 'b.test/bb'] } } })
  expect((await chooseImage(terminal('2\n'), engine, 'localhost/bb:1')).name).toBe('localhost/bb:1')
})
