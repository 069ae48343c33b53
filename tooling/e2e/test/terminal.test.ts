import { describe, expect, test } from 'vitest'
import { oursOnly, type Terminal, useSandbox, waitFor } from '../src/index.ts'

const box = useSandbox()

/** Types one key after the other, as a person does. */
async function press(terminal: Terminal, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    terminal.type(key)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe('-it', () => {
  test('gives the command a terminal with the size of ours', async () => {
    await using terminal = box.terminal(['run', '--rm', '-it', ...box.sh('tty; stty size; echo done')], {
      columns: 97,
      rows: 31
    })
    expect(await terminal.ended()).toBe(0)
    expect(terminal.screen()).toMatch(/\/dev\/(pts\/0|console)\r+\n31 97\r+\ndone\r+\n/)
  })

  test('what is typed arrives, and control characters mean what they mean', async () => {
    await using terminal = box.terminal([
      'run',
      '--rm',
      '-it',
      ...box.sh(
        'trap "echo interrupted; exit 7" INT; echo ready; read line; echo "got $line"; while :; do sleep 0.1; done'
      )
    ])
    await terminal.until('ready')
    terminal.type('hello\r')
    await terminal.until('got hello')
    terminal.type('\u0003')
    await terminal.until('interrupted')
    expect(await terminal.ended()).toBe(7)
  })

  test('a new size is passed on', async () => {
    await using terminal = box.terminal([
      'run',
      '--rm',
      '-it',
      ...box.sh('trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done')
    ])
    await terminal.until('ready')
    terminal.resize({ columns: 120, rows: 40 })
    await terminal.until('40 120')
    terminal.type('\u0003')
    await terminal.ended()
  })

  test('the detach keys leave the container running', async () => {
    await using terminal = box.terminal(['run', '-it', '--name', 'left', '--network', 'none', box.image, 'sh'])
    terminal.type('echo $((40 + 2))\r')
    await terminal.until('42')
    await press(terminal, ['\u0010', '\u0011'])
    await terminal.ended()
    expect(await box.ok('inspect', '-f', '{{.State.Status}}', 'left')).toBe('running')
  })

  test('attach comes back to it', async () => {
    await using terminal = box.terminal(['attach', 'left'])
    await waitFor('the prompt', () => {
      terminal.type('echo $((50 + 5))\r')
      return terminal.screen().includes('55')
    })
    terminal.type('exit 3\r')
    await terminal.ended()
    expect(await box.ok('wait', 'left')).toBe('3')
  })

  test('run -dit leaves a shell waiting', async () => {
    await box.ok('run', '-dit', '--name', 'other-keys', '--network', 'none', box.image, 'sh')
    expect(await box.ok('inspect', '-f', '{{.Config.Tty}} {{.State.Running}}', 'other-keys')).toBe('true true')
  })

  oursOnly('--detach-keys chooses others', async () => {
    await using terminal = box.terminal(['attach', '--detach-keys', 'ctrl-a,d', 'other-keys'])
    await waitFor('the shell', () => {
      terminal.type('echo $((60 + 6))\r')
      return terminal.screen().includes('66')
    })
    await press(terminal, ['\u0001', 'd'])
    await terminal.ended()
    expect(await box.ok('inspect', '-f', '{{.State.Status}}', 'other-keys')).toBe('running')
  })

  test('exec -it', async () => {
    await using terminal = box.terminal(['exec', '-it', 'other-keys', 'sh', '-c', 'stty size; read x; exit $x'], {
      columns: 66,
      rows: 22
    })
    await terminal.until('22 66')
    terminal.type('9\r')
    expect(await terminal.ended()).toBe(9)
  })

  test('logs of a terminal', async () => {
    expect(await box.ok('logs', 'other-keys')).toMatch(/# /)
  })

  test('-t without a terminal of ours', async () => {
    const { stdout, exitCode } = await box.run(['run', '--rm', '-t', box.image, 'echo', 'x'])
    expect({ stdout, exitCode }).toEqual({ stdout: 'x\r\n', exitCode: 0 })
  })
})

describe('without a terminal', () => {
  test('attach shows what comes, to the exit', async () => {
    await box.ok(
      'run',
      '-d',
      '--name',
      'talking',
      ...box.sh('while [ ! -e /go ]; do sleep 0.05; done; echo said; exit 4')
    )
    await using attached = box.start(['attach', '--no-stdin', 'talking'])
    await new Promise((resolve) => setTimeout(resolve, 500))
    await box.ok('exec', 'talking', 'touch', '/go')
    expect((await attached.ended).stdout.trimEnd()).toBe('said')
  })

  test('SIGTERM and SIGINT of the foreground command go to the container', async () => {
    await using running = box.start([
      'run',
      '--rm',
      ...box.sh('trap "echo term; exit 6" TERM; echo ready; while :; do sleep 0.1; done')
    ])
    await running.until('ready')
    running.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ stdout: 'ready\nterm\n', exitCode: 6 })
  })
})
