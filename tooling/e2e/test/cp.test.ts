import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const inside = (script: string): Promise<string> => box.ok('exec', 'c', 'sh', '-c', script)

beforeAll(async () => {
  await box.ok('run', '-d', '--name', 'c', '--network', 'none', '-v', 'vol:/vol', box.image, 'sleep', '1000')
  await box.ok('create', '--name', 'stopped', '--network', 'none', box.image, 'cat', '/tmp/f')
  await mkdir(box.file('tree', 'deep'), { recursive: true })
  await writeFile(box.file('tree', 'deep', 'f'), 'deep')
  await writeFile(box.file('tree', 'top'), 'top', { mode: 0o640 })
  await symlink('top', box.file('tree', 'link'))
  await writeFile(box.file('f'), 'content')
})

describe('cp into a container', () => {
  test('a file into a directory, and under a new name', async () => {
    await box.ok('cp', box.file('f'), 'c:/tmp')
    await box.ok('cp', box.file('f'), 'c:/tmp/renamed')
    expect(await inside('cat /tmp/f /tmp/renamed')).toBe('contentcontent')
  })

  test('a directory, new or into one', async () => {
    await box.ok('cp', box.file('tree'), 'c:/tmp/made')
    expect(await inside('cat /tmp/made/deep/f; readlink /tmp/made/link; stat -c %a /tmp/made/top')).toBe('deeptop\n640')
    await box.ok('cp', box.file('tree'), 'c:/tmp/made')
    expect(await inside('cat /tmp/made/tree/top')).toBe('top')
  })

  test('the content of a directory', async () => {
    await inside('mkdir /tmp/content')
    await box.ok('cp', `${box.file('tree')}/.`, 'c:/tmp/content')
    expect(await inside('ls /tmp/content')).toBe('deep\nlink\ntop')
  })

  test('a relative path is below the root of the container', async () => {
    await box.ok('cp', box.file('f'), 'c:tmp/relative')
    expect(await inside('cat /tmp/relative')).toBe('content')
  })

  test('a volume', async () => {
    await box.ok('cp', box.file('f'), 'c:/vol/f')
    expect(await box.ok('run', '--rm', '--network', 'none', '-v', 'vol:/other', box.image, 'cat', '/other/f')).toBe(
      'content'
    )
  })

  test('an archive from the standard input', async () => {
    const tar = execFileSync('tar', ['-C', box.file('tree'), '-cf', '-', '.'])
    await inside('mkdir /tmp/unpacked')
    expect((await box.run(['cp', '-', 'c:/tmp/unpacked'], { input: tar })).exitCode).toBe(0)
    expect(await inside('cat /tmp/unpacked/deep/f')).toBe('deep')
  })

  test('one that does not run', async () => {
    await box.ok('cp', box.file('f'), 'stopped:/tmp/f')
    expect(await box.ok('start', '--attach', 'stopped')).toBe('content')
  })

  test('a parent that is not there is an error', async () => {
    await box.fails(125, 'cp', box.file('f'), 'c:/no/such/parent/f')
  })
})

describe('cp out of a container', () => {
  test('a file', async () => {
    await inside('echo from inside > /tmp/out')
    await box.ok('cp', 'c:/tmp/out', box.file('out'))
    expect(await readFile(box.file('out'), 'utf8')).toBe('from inside\n')
  })

  test('a directory with its links', async () => {
    await inside('mkdir -p /tmp/dir/sub; echo 1 > /tmp/dir/sub/f; ln -s sub/f /tmp/dir/l')
    await box.ok('cp', 'c:/tmp/dir', box.file('dir'))
    expect(await readFile(box.file('dir', 'sub', 'f'), 'utf8')).toBe('1\n')
    expect(await readlink(box.file('dir', 'l'))).toBe('sub/f')
  })

  test('to the standard output, as an archive', async () => {
    await inside('echo tarred > /tmp/tarred')
    const file = box.file('out.tar')
    execFileSync('sh', ['-c', '"$@" > "$OUT"', 'sh', ...commandOf('cp', 'c:/tmp/tarred', '-')], {
      env: { ...environmentOf(), OUT: file }
    })
    expect(execFileSync('tar', ['-xOf', file, 'tarred'], { encoding: 'utf8' })).toBe('tarred\n')
  })

  test('of one that has stopped', async () => {
    await box.ok('cp', 'stopped:/etc/passwd', box.file('passwd'))
    expect(await readFile(box.file('passwd'), 'utf8')).toMatch(/^root:/)
  })

  test('a link to outside stays inside', async () => {
    await inside('ln -s /etc /tmp/etc-link; echo fake > /etc/only-here')
    await box.ok('cp', 'c:/tmp/etc-link/only-here', box.file('only-here'))
    expect(await readFile(box.file('only-here'), 'utf8')).toBe('fake\n')
  })

  test('what is not there is an error, and makes nothing', async () => {
    expect(await box.fails(125, 'cp', 'c:/no/such/file', box.file('nothing'))).toMatch(/no\/such\/file/)
    await expect(lstat(box.file('nothing'))).rejects.toThrow()
    await box.fails(125, 'cp', 'nobody:/etc/passwd', box.file('nothing'))
  })
})

describe('cp from one container to another', () => {
  test('copies', async () => {
    await inside('echo moved > /tmp/moved')
    await box.ok('cp', 'c:/tmp/moved', 'stopped:/tmp/moved')
    await box.ok('cp', 'stopped:/tmp/moved', box.file('moved'))
    expect(await readFile(box.file('moved'), 'utf8')).toBe('moved\n')
  })

  oursOnly('neither of both is an error', async () => {
    await box.fails(125, 'cp', box.file('f'), box.file('g'))
  })
})

function commandOf(...args: readonly string[]): readonly string[] {
  const { file, args: all } = box.invocation(args)
  return [file, ...all]
}

function environmentOf(): Readonly<Record<string, string>> {
  return box.invocation([]).env
}
