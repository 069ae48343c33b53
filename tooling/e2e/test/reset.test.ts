import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { oursOnly, rootOf, useSandbox } from '../src/index.ts'

const box = useSandbox()

oursOnly('system reset asks, and removes everything of its root and nothing else', async () => {
  const [host, second] = [box.file('host'), box.file('second')]
  mkdirSync(host)
  writeFileSync(join(host, 'kept'), 'x')
  const other = ['--root', join(second, 'root'), '--runroot', join(second, 'run')]
  expect((await box.run([...other, 'volume', 'create', 'theirs'])).exitCode).toBe(0)

  await box.ok('network', 'create', 'net')
  await box.ok('run', '-d', '--network', 'net', '-v', `${host}:/h`, '-v', 'data:/d', box.image, 'sleep', '99')
  await box.ok('run', '-d', '--restart', 'always', '--network', 'none', box.image, 'true')
  await box.ok('create', '--network', 'none', box.image, 'true')
  await box.ok('image', 'mount', box.image)
  const asked = await box.run(['system', 'reset'], { input: 'n\n' })
  expect(asked.stdout).toContain(`- the graphRoot directory: "${rootOf(box.directory)}"`)
  expect((await box.ok('ps', '--all', '--quiet')).split('\n')).toHaveLength(3)

  expect(await box.ok('system', 'reset', '--force')).toBe('')
  expect(readFileSync(join(host, 'kept'), 'utf8')).toBe('x')
  expect(existsSync(rootOf(box.directory))).toBe(false)
  expect(readdirSync(box.directory)).toEqual(['files'])
  expect((await box.run([...other, 'volume', 'ls', '--quiet'])).stdout).toBe('theirs\n')
  expect(await box.ok('images', '--quiet')).toBe('')
})
