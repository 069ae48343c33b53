import { describe, expect, test } from 'vitest'
import { useSandbox } from '../src/index.ts'

const box = useSandbox()

describe('logs', () => {
  test('keeps both streams apart', async () => {
    await box.ok('run', '-d', '--name', 'both', ...box.sh('echo out; echo err >&2'))
    await box.ok('wait', 'both')
    expect(await box.run(['logs', 'both'])).toMatchObject({ stdout: 'out\n', stderr: 'err\n' })
  })

  test('--color', async () => {
    await box.ok('container', 'exists', '--external', 'both')
    expect((await box.run(['logs', '--color', 'both'])).stdout).toBe('\x1b[37mout\x1b[0m\n')
  })

  test('--tail, --timestamps', async () => {
    await box.ok('run', '-d', '--name', 'ten', ...box.sh('for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i; done'))
    await box.ok('wait', 'ten')
    expect(await box.ok('logs', '--tail', '2', 'ten')).toBe('line 9\nline 10')
    expect(await box.ok('logs', '--tail', '0', 'ten')).toBe('')
    expect((await box.ok('logs', 'ten')).split('\n')).toHaveLength(10)
    expect(await box.ok('logs', '-t', '--tail', '1', 'ten')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* line 10$/)
  })

  test('--since', async () => {
    await box.ok('run', '-d', '--name', 'since', ...box.sh('echo early; sleep 2; echo late'))
    await box.ok('wait', 'since')
    expect(await box.ok('logs', '--since', '1500ms', 'since')).toBe('late')
    expect(await box.ok('logs', '--since', '1h', 'since')).toBe('early\nlate')
  })

  test('-f follows to the exit', async () => {
    await box.ok('run', '-d', '--name', 'followed', ...box.sh('echo one; sleep 0.7; echo two'))
    const { stdout, exitCode } = await box.run(['logs', '-f', 'followed'])
    expect({ stdout, exitCode }).toEqual({ stdout: 'one\ntwo\n', exitCode: 0 })
  })

  test('-f shows a line as soon as it is written', async () => {
    await box.ok('run', '-d', '--name', 'live', ...box.sh('echo one; sleep 1000'))
    await using following = box.start(['logs', '--follow', 'live'])
    await following.until('one\n')
    await box.ok('rm', '-f', '-t', '0', 'live')
    expect((await following.ended).stdout).toBe('one\n')
  })

  test('a line without an end, and a long one', async () => {
    await box.ok(
      'run',
      '-d',
      '--name',
      'long',
      ...box.sh('head -c 100000 /dev/zero | tr "\\0" x; echo; printf "no end"')
    )
    await box.ok('wait', 'long')
    const { stdout } = await box.run(['logs', 'long'])
    expect(stdout.split('\n')[0]).toHaveLength(100_000)
    expect(stdout.trimEnd().endsWith('\nno end')).toBe(true)
  })

  test('stay after the exit and go with the container', async () => {
    await box.ok('run', '--name', 'kept', box.image, 'echo', 'kept')
    expect(await box.ok('logs', 'kept')).toBe('kept')
    await box.ok('rm', 'kept')
    expect(await box.fails(125, 'logs', 'kept')).toMatch(/kept/)
  })
})
