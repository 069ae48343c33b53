import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { useSandbox } from '../src/index.ts'

const box = useSandbox()

describe('streams of run', () => {
  test('standard output and error stay apart', async () => {
    const { stdout, stderr } = await box.run(['run', '--rm', ...box.sh('echo out; echo err >&2')])
    expect({ stdout, stderr }).toEqual({ stdout: 'out\n', stderr: 'err\n' })
  })

  test('-i passes the standard input on, to its end', async () => {
    const input = 'line\n'.repeat(50_000)
    const { stdout } = await box.run(['run', '--rm', '-i', box.image, 'wc', '-c'], { input })
    expect(stdout.trim()).toBe(String(input.length))
  })

  test('without -i the standard input is empty', async () => {
    const { stdout } = await box.run(['run', '--rm', box.image, 'wc', '-c'], { input: 'ignored' })
    expect(stdout.trim()).toBe('0')
  })

  test('bytes go through unchanged', async () => {
    const input = Uint8Array.from({ length: 4096 }, (_, index) => index % 256)
    const { stdout } = await box.run(['run', '--rm', '-i', box.image, 'sha256sum'], { input })
    const there = await box.run(['run', '--rm', '-i', ...box.sh('cat | sha256sum')], { input })
    expect(stdout).toBe(there.stdout)
    expect(stdout).toMatch(/^c8fa1b9bd1e9e3f7|^[0-9a-f]{64} /)
  })

  test('a lot of output arrives whole', async () => {
    const { stdout } = await box.run(['run', '--rm', ...box.sh('yes 0123456789abcde | head -c 4000000')])
    expect(stdout.length).toBe(4_000_000)
  })

  test('a command that ends while input comes does not fail', async () => {
    const { exitCode } = await box.run(['run', '--rm', '-i', ...box.sh('head -c 1 > /dev/null; exit 4')], {
      input: 'x'.repeat(1_000_000)
    })
    expect(exitCode).toBe(4)
  })

  test('--cidfile receives the id, and an existing file is an error', async () => {
    const file = box.file('cid')
    const name = 'with-cidfile'
    await box.ok('run', '--cidfile', file, '--name', name, box.image, 'true')
    expect(await readFile(file, 'utf8')).toBe(await box.ok('inspect', '--format', '{{.Id}}', name))
    await box.fails(125, 'run', '--cidfile', file, box.image, 'true')
    expect(await box.ok('ps', '-aq')).toHaveLength(12)
  })

  test('--env-file gives variables', async () => {
    const file = box.file('variables')
    await writeFile(file, '# comment\nONE=1\nTWO=a b\n\nEMPTY=\n')
    expect(await box.ok('run', '--rm', '--env-file', file, '-e', 'ONE=2', ...box.sh('echo "$ONE $TWO [$EMPTY]"'))).toBe(
      '2 a b []'
    )
  })
})
