import { describe, expect, test } from 'vitest'
import { oursOnly, startFailure, useSandbox, waitFor } from '../src/index.ts'

const box = useSandbox()
const status = (name: string): Promise<string> => box.ok('inspect', '-f', '{{.State.Status}}', name)
const sleeper = async (name: string, ...flags: readonly string[]): Promise<string> =>
  box.ok('run', '-d', '--name', name, '--network', 'none', ...flags, box.image, 'sleep', '1000')

describe('the life of a detached container', () => {
  test('run -d prints the id and returns while the command goes on', async () => {
    const id = await sleeper('detached')
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(await status('detached')).toBe('running')
    expect(await box.ok('ps', '-q')).toContain(id.slice(0, 12))
  })

  test('stop sends the stop signal, and the exit code is what the command made of it', async () => {
    await box.ok(
      'run',
      '-d',
      '--name',
      'polite',
      ...box.sh('trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done')
    )
    await waitFor('ready', async () => (await box.ok('logs', 'polite')) === 'ready')
    expect(await box.ok('stop', 'polite')).toBe('polite')
    expect(await box.ok('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'polite')).toBe('exited 5')
  })

  test('stop kills what ignores the signal', async () => {
    await sleeper('stubborn')
    const begin = Date.now()
    await box.ok('stop', '-t', '1', 'stubborn')
    expect(Date.now() - begin).toBeGreaterThan(900)
    expect(await box.ok('inspect', '-f', '{{.State.ExitCode}}', 'stubborn')).toBe('137')
  })

  test('stop of what is stopped is no error', async () => {
    await box.ok('create', '--name', 'stopped', box.image, 'true')
    await box.ok('start', 'stopped')
    await box.ok('wait', 'stopped')
    expect(await box.ok('stop', 'stopped')).toBe('stopped')
  })

  test('start runs the same container again, with its files', async () => {
    await box.ok('run', '--name', 'again', ...box.sh('echo run >> /runs; cat /runs'))
    expect(await box.ok('start', '--attach', 'again')).toBe('run\nrun')
    expect(await box.ok('logs', '--tail', '2', 'again')).toBe('run\nrun')
  })

  test('start --attach gives the exit code', async () => {
    await box.ok('create', '--name', 'seven', ...box.sh('exit 7'))
    expect((await box.run(['start', '--attach', 'seven'])).exitCode).toBe(7)
  })

  test('restart gives a new process', async () => {
    await sleeper('restarted')
    const before = await box.ok('inspect', '-f', '{{.State.Pid}}', 'restarted')
    await box.ok('restart', '-t', '0', 'restarted')
    expect(await status('restarted')).toBe('running')
    expect(await box.ok('inspect', '-f', '{{.State.Pid}}', 'restarted')).not.toBe(before)
  })

  test('kill sends the signal that is asked for', async () => {
    await box.ok(
      'run',
      '-d',
      '--name',
      'signalled',
      ...box.sh('trap "echo usr1" USR1; trap "exit 3" HUP; echo ready; while :; do sleep 0.1; done')
    )
    await waitFor('ready', async () => (await box.ok('logs', 'signalled')) === 'ready')
    await box.ok('kill', '--signal', 'USR1', 'signalled')
    await waitFor('the answer', async () => (await box.ok('logs', 'signalled')).endsWith('usr1'))
    await box.ok('kill', '-s', '1', 'signalled')
    expect(await box.ok('wait', 'signalled')).toBe('3')
  })

  test('kill ends it, and of what does not run is an error', async () => {
    await sleeper('killed')
    await box.ok('kill', 'killed')
    expect(await box.ok('wait', 'killed')).toBe('137')
    expect(await box.fails(125, 'kill', 'killed')).toMatch(/running/)
    expect(await box.fails(125, 'kill', '-s', 'NOSUCH', 'detached')).toMatch(/signal/i)
  })

  test('wait returns at the exit, with the code of each', async () => {
    await box.ok('run', '-d', '--name', 'later', ...box.sh('sleep 0.5; exit 9'))
    await box.ok('run', '-d', '--name', 'sooner', ...box.sh('exit 8'))
    expect(await box.ok('wait', 'later', 'sooner')).toBe('9\n8')
  })

  oursOnly('wait --exit-first-match ends with the first of them', async () => {
    await box.ok('run', '-d', '--name', 'never', ...box.sh('sleep 60'))
    await box.ok('run', '-d', '--name', 'soon', ...box.sh('exit 7'))
    expect(await box.ok('wait', '--exit-first-match', 'never', 'soon')).toBe('7')
    expect(await box.ok('inspect', '--format', '{{.State.Status}}', 'never')).toBe('running')
    await box.ok('rm', '-f', '-t', '0', 'never', 'soon')
  })

  test('pause freezes, unpause goes on', async () => {
    await sleeper('frozen')
    await box.ok('pause', 'frozen')
    expect(await status('frozen')).toBe('paused')
    await box.fails(125, 'pause', 'frozen')
    await box.ok('unpause', 'frozen')
    expect(await status('frozen')).toBe('running')
    expect(await box.ok('exec', 'frozen', 'echo', 'thawed')).toBe('thawed')
  })

  test('rename', async () => {
    const id = await box.ok('create', '--name', 'old-name', box.image, 'true')
    await box.ok('rename', 'old-name', 'new-name')
    expect(await box.ok('inspect', '-f', '{{.Id}}', 'new-name')).toBe(id)
    await box.fails(125, 'container', 'inspect', 'old-name')
    await box.fails(125, 'rename', 'new-name', 'detached')
  })

  test('rm refuses what runs, and rm -f does not', async () => {
    await sleeper('to-remove')
    expect(await box.fails(2, 'rm', 'to-remove')).toMatch(/running/)
    await box.ok('rm', '-f', '-t', '0', 'to-remove')
    await box.fails(1, 'rm', 'to-remove')
    await box.ok('rm', '--ignore', 'to-remove')
  })

  test('--rm removes a detached container at its exit', async () => {
    await box.ok('run', '-d', '--rm', '--name', 'fleeting', ...box.sh('sleep 0.3'))
    await waitFor(
      'its removal',
      async () => !(await box.ok('ps', '-a', '--format', '{{.Names}}')).split('\n').includes('fleeting')
    )
  })

  test('container prune removes what does not run', async () => {
    const id = await box.ok('create', '--name', 'pruned', box.image, 'true')
    expect(await box.ok('container', 'prune', '-f')).toContain(id)
    expect(await status('detached')).toBe('running')
    await box.fails(1, 'rm', 'pruned')
  })

  test('a detached start that fails says so', async () => {
    await box.fails(127, 'run', '-d', '--name', 'failing', box.image, 'no-such-command')
    expect(await box.ok('ps', '-a', '--filter', 'name=failing', '--format', '{{.Status}}')).toMatch(/^(Created|Exited)/)
    const { exitCode } = await box.run(['start', 'failing'])
    expect([125, startFailure, 127]).toContain(exitCode)
  })
})

describe('--restart', () => {
  test('on-failure:2 runs it three times in all', async () => {
    await box.ok('run', '-d', '--name', 'retried', '--restart', 'on-failure:2', ...box.sh('echo try; exit 1'))
    await waitFor(
      'the last try',
      async () => (await box.ok('logs', 'retried')).split('\n').length === 3 && (await status('retried')) === 'exited'
    )
    expect(await box.ok('inspect', '-f', '{{.RestartCount}} {{.State.ExitCode}}', 'retried')).toBe('2 1')
  })

  test('on-failure leaves a success alone', async () => {
    await box.ok('run', '-d', '--name', 'well', '--restart', 'on-failure:2', box.image, 'echo', 'once')
    await waitFor('its exit', async () => (await status('well')) === 'exited')
    expect(await box.ok('logs', 'well')).toBe('once')
  })

  test('stop ends a container that always restarts', async () => {
    await box.ok('run', '-d', '--name', 'always', '--restart', 'always', ...box.sh('echo try; sleep 0.2'))
    await waitFor('a second try', async () => (await box.ok('logs', 'always')).split('\n').length >= 2)
    await box.ok('stop', '-t', '0', 'always')
    const seen = await box.ok('logs', 'always')
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await box.ok('logs', 'always')).toBe(seen)
    expect(await status('always')).toBe('exited')
  })
})
