import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { useSandbox } from '../src/index.ts'

const box = useSandbox()
const run = (...args: readonly string[]): Promise<string> => box.ok('run', '--rm', '--network', 'none', ...args)

describe('-v', () => {
  test('binds a directory of the host', async () => {
    const directory = box.file('shared')
    await mkdir(directory)
    await writeFile(`${directory}/in`, 'from the host')
    expect(
      await run('-v', `${directory}:/mnt/shared`, ...box.sh('cat /mnt/shared/in; echo back > /mnt/shared/out'))
    ).toBe('from the host')
    expect(await readFile(`${directory}/out`, 'utf8')).toBe('back\n')
  })

  test('binds a file', async () => {
    const file = box.file('one-file')
    await writeFile(file, 'just this')
    expect(await run('-v', `${file}:/etc/one:ro`, box.image, 'cat', '/etc/one')).toBe('just this')
  })

  test('ro refuses to write', async () => {
    const directory = box.file('read-only')
    await mkdir(directory)
    const { exitCode, stderr } = await box.run(['run', '--rm', '-v', `${directory}:/m:ro`, ...box.sh('echo x > /m/f')])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/Read-only file system/)
  })

  test('a source that is not there is an error', async () => {
    const error = await box.fails(125, 'run', '--rm', '-v', '/not/there:/m', box.image, 'true')
    expect(error).toMatch(/\/not\/there/)
  })

  test('a named volume keeps its content from one container to the next', async () => {
    await run('-v', 'kept:/data', ...box.sh('echo remembered > /data/f'))
    expect(await run('-v', 'kept:/data', box.image, 'cat', '/data/f')).toBe('remembered')
    expect(await box.ok('volume', 'ls', '-q')).toMatch(/^kept$/m)
  })

  test('a new volume receives what the image has there', async () => {
    expect(await run('-v', 'www:/var/www', box.image, 'cat', '/var/www/index.html')).toBe('hello from busybox')
  })

  test('an anonymous volume goes with --rm', async () => {
    const before = await box.ok('volume', 'ls', '-q')
    await run('-v', '/scratch', ...box.sh('grep -q " /scratch " /proc/mounts && echo x > /scratch/f'))
    expect(await box.ok('volume', 'ls', '-q')).toBe(before)
  })

  test('the writable layer belongs to one container', async () => {
    await run(...box.sh('echo changed > /etc/passwd'))
    expect(await run(box.image, 'head', '-1', '/etc/passwd')).toMatch(/^root:/)
  })
})

describe('--mount and --tmpfs', () => {
  test('type=bind', async () => {
    const directory = box.file('by-mount')
    await mkdir(directory)
    await writeFile(`${directory}/f`, 'seen')
    expect(await run('--mount', `type=bind,source=${directory},target=/m,readonly`, box.image, 'cat', '/m/f')).toBe(
      'seen'
    )
  })

  test('type=volume', async () => {
    await run('--mount', 'type=volume,src=mounted,dst=/m', ...box.sh('echo 1 > /m/f'))
    expect(await run('-v', 'mounted:/x', box.image, 'cat', '/x/f')).toBe('1')
  })

  test('--tmpfs with options', async () => {
    const line = await run('--tmpfs', '/t:size=1m,mode=1777', box.image, 'grep', ' /t ', '/proc/mounts')
    expect(line).toMatch(/^tmpfs \/t tmpfs /)
    expect(line).toMatch(/size=1024k/)
  })

  test('an unknown type is an error', async () => {
    expect(await box.fails(125, 'run', '--rm', '--mount', 'type=cloud,target=/m', box.image, 'true')).toMatch(/cloud/)
  })
})

describe('--read-only', () => {
  test('makes the root read-only, but not volumes', async () => {
    const script = 'touch /f 2> /dev/null && echo writable; echo x > /data/f && cat /data/f'
    expect(await run('--read-only', '-v', 'rw:/data', ...box.sh(script))).toBe('x')
  })
})

test('--volumes-from', async () => {
  const name = 'with-volumes'
  await box.ok(
    'create',
    '--name',
    name,
    '--network',
    'none',
    '-v',
    '/data',
    '-v',
    'shared-data:/shared',
    ...box.sh('true')
  )
  const from = (text: string, script: string): readonly string[] => [
    'run',
    '--rm',
    '--network',
    'none',
    '--volumes-from',
    text,
    ...box.sh(script)
  ]
  await box.ok(...from(name, 'echo one >/data/file; echo two >/shared/file'))
  expect(await box.ok(...from(`${name}:ro`, 'cat /data/file /shared/file'))).toBe('one\ntwo')
  const { exitCode } = await box.run(from(`${name}:ro`, 'echo x >/data/file'))
  expect(exitCode).not.toBe(0)
  await box.ok('rm', '-v', name)
  await box.ok('volume', 'rm', 'shared-data')
})
