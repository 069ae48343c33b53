import { beforeAll, describe, expect, test } from 'vitest'
import { isPodman, useSandbox, waitFor } from '../src/index.ts'

const box = useSandbox()
const exec = (...args: readonly string[]): Promise<string> => box.ok('exec', ...args)

beforeAll(async () => {
  await box.ok(
    'run',
    '-d',
    '--name',
    'c',
    '--network',
    'none',
    '-e',
    'FROM_RUN=yes',
    '-w',
    '/var',
    box.image,
    'sleep',
    '1000'
  )
})

describe('exec', () => {
  test.for([0, 1, 42])('gives the exit code %i', async (code) => {
    expect((await box.run(['exec', 'c', 'sh', '-c', `exit ${code}`])).exitCode).toBe(code)
  })

  test('keeps the streams apart', async () => {
    expect(await box.run(['exec', 'c', 'sh', '-c', 'echo out; echo err >&2'])).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 0
    })
  })

  test('-i passes the standard input on', async () => {
    const input = 'x'.repeat(1_000_000)
    expect((await box.run(['exec', '-i', 'c', 'wc', '-c'], { input })).stdout.trim()).toBe('1000000')
    expect((await box.run(['exec', 'c', 'wc', '-c'], { input: 'ignored' })).stdout.trim()).toBe('0')
  })

  test('has the variables and the directory of the container', async () => {
    expect(await exec('c', 'sh', '-c', 'echo $FROM_RUN $PWD')).toBe('yes /var')
  })

  test('-e, -w and -u change them', async () => {
    expect(await exec('-e', 'A=1', '-w', '/tmp', '-u', 'nobody', 'c', 'sh', '-c', 'echo $A $PWD $(id -u)')).toBe(
      '1 /tmp 65534'
    )
  })

  test('sees the processes of the container', async () => {
    expect(await exec('c', 'ps')).toMatch(/\s1 .*sleep 1000/)
  })

  test('-d returns at once and the command goes on', async () => {
    await exec('-d', 'c', 'sh', '-c', 'sleep 0.3; echo done > /tmp/detached')
    await waitFor('its file', async () => (await box.run(['exec', 'c', 'cat', '/tmp/detached'])).stdout === 'done\n')
  })

  test('--privileged', async () => {
    const set = await exec('--privileged', 'c', 'grep', 'CapEff', '/proc/self/status')
    expect((BigInt(`0x${set.split(/\s+/)[1]}`) >> 21n) & 1n).toBe(1n)
  })

  test('127 and 126 for a command that cannot be run', async () => {
    expect(await box.fails(127, 'exec', 'c', 'no-such-command')).toMatch(/no-such-command/)
    await box.fails(126, 'exec', 'c', '/etc/passwd')
  })

  test('an unknown user is an error', async () => {
    await box.fails(isPodman ? 255 : 125, 'exec', '-u', 'stranger', 'c', 'true')
  })

  test('125 for a container that is not there', async () => {
    expect(await box.fails(125, 'exec', 'nobody', 'true')).toMatch(/no such container|no container/i)
  })

  test('a container that does not run is an error', async () => {
    await box.ok('create', '--name', 'created', box.image, 'true')
    const { exitCode, stderr } = await box.run(['exec', 'created', 'true'])
    expect([125, 255]).toContain(exitCode)
    expect(stderr).toMatch(/running/)
  })

  test('ends when the container does', async () => {
    await box.ok('run', '-d', '--name', 'brief', '--network', 'none', box.image, 'sleep', '1000')
    await using running = box.start(['exec', 'brief', 'sh', '-c', 'echo in; sleep 1000'])
    await running.until('in\n')
    await box.ok('rm', '-f', '-t', '0', 'brief')
    expect(isPodman ? [137, 255] : [137]).toContain((await running.ended).exitCode)
  })

  test('many at once', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => String(index))
    expect(await Promise.all(numbers.map((number) => exec('c', 'echo', number)))).toEqual(numbers)
  })
})

describe('top', () => {
  test('lists the processes', async () => {
    expect(await box.ok('top', 'c')).toMatch(/PID[\s\S]*sleep 1000/)
  })
})
