import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPodman, oursOnly, rootOf, useSandbox } from '../src/index.ts'

const box = useSandbox()
const text = 'hunter2-hunter2'
const run = (...args: readonly string[]): Promise<string> => box.ok('run', '--rm', '--network', 'none', ...args)

describe('secrets', () => {
  beforeAll(async () => {
    const file = join(box.directory, 'key')
    writeFileSync(file, text)
    expect(await box.ok('secret', 'create', 'key', file)).toMatch(/^[0-9a-f]{25}$/)
  })
  afterAll(async () => {
    await box.ok('secret', 'rm', 'key')
  })

  test('as a file', async () => {
    expect(await run('--secret', 'key', ...box.sh('cat /run/secrets/key; stat -c " %a %u %g" /run/secrets/key'))).toBe(
      `${text} 444 0 0`
    )
    const use = 'key,target=sub,uid=5,gid=6,mode=0400'
    expect(await run('--secret', use, ...box.sh('stat -c "%a %u %g" /run/secrets/sub'))).toBe('400 5 6')
  })

  oursOnly('at another place, also of a container with a read-only root and its own /run', async () => {
    const args = ['--read-only', '--tmpfs', '/run', '--secret', 'key', '--secret', 'key,target=/opt/key']
    expect(await run(...args, ...box.sh('cat /run/secrets/key /opt/key'))).toBe(text + text)
  })

  test('as a variable, of executed commands too', async () => {
    const name = 'with-secret'
    const use = ['--secret', 'key,type=env,target=KEY']
    await box.ok('run', '-d', '--name', name, '--network', 'none', ...use, box.image, 'sleep', '1000')
    expect(await box.ok('exec', name, 'sh', '-c', 'echo $KEY')).toBe(text)
    // Podman prints it.
    if (!isPodman) expect(await box.ok('inspect', name)).not.toContain(text)
    await box.ok('rm', '-f', '-t', '0', name)
    expect(await run(...use, ...box.sh('echo $KEY'))).toBe(text)
  })

  test('stays with a container that has it', async () => {
    const name = 'keeps'
    await box.ok('secret', 'create', 'short-lived', join(box.directory, 'key'))
    await box.ok(
      'create',
      '--name',
      name,
      '--network',
      'none',
      '--secret',
      'short-lived',
      ...box.sh('cat /run/secrets/*')
    )
    await box.ok('secret', 'rm', 'short-lived')
    expect(await box.ok('start', '-a', name)).toBe(text)
    await box.ok('rm', name)
  })

  test('that does not exist is an error', async () => {
    await box.fails(125, 'run', '--rm', '--secret', 'nope', box.image, 'true')
    expect((await box.run(['secret', 'inspect', 'nope'])).exitCode).not.toBe(0)
  })

  oursOnly('is in no image, and for root alone', async () => {
    const name = 'committed'
    const uses = ['--secret', 'key', '--secret', 'key,type=env,target=KEY']
    await box.ok('run', '--name', name, '--network', 'none', ...uses, box.image, 'true')
    await box.ok('commit', '-q', name, 'committed-image')
    expect(await box.ok('image', 'inspect', 'committed-image')).not.toContain(text)
    const left = 'test ! -s /run/secrets/key && test -z "$KEY"'
    await run('localhost/committed-image', 'sh', '-c', left)
    await box.ok('rmi', '-f', 'committed-image')
    await box.ok('rm', name)
    const directory = join(rootOf(box.directory), 'secrets')
    const [file] = readdirSync(directory)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, file!)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(directory, file!), 'utf8')).toContain('"name":"key"')
  })
})
