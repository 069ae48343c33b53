import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { engineState, oursOnly, useSandbox, waitFor, type FileSandbox } from '../src/index.ts'

const box = useSandbox()
const rounds = 8

interface Verb {
  readonly verb: string
  /** Milliseconds in which it is over when nobody kills it. */
  readonly within: number
  readonly before?: (name: string) => Promise<unknown>
  readonly args: (name: string) => readonly string[]
}

const sleeping = (name: string): Promise<string> =>
  box.ok('run', '-d', '--name', name, '-p', '80', '-v', '/scratch', box.image, 'sleep', '1000')
const layers = `${box.registry}/test/layers:latest`

const verbs: readonly Verb[] = [
  {
    verb: 'pull',
    within: 250,
    before: () => box.run(['rmi', layers]),
    args: () => ['pull', '--tls-verify=false', layers]
  },
  {
    verb: 'create',
    within: 150,
    args: (name) => ['create', '--name', name, '-v', '/scratch', box.image, 'sleep', '1000']
  },
  {
    verb: 'start',
    within: 250,
    before: (name) => box.ok('create', '--name', name, '-p', '80', box.image, 'sleep', '1000'),
    args: (name) => ['start', name]
  },
  {
    verb: 'run -d',
    within: 300,
    args: (name) => ['run', '-d', '--name', name, '-p', '80', box.image, 'sleep', '1000']
  },
  {
    verb: 'run --rm',
    within: 400,
    args: (name) => ['run', '--rm', '--name', name, '-v', '/scratch', ...box.sh('echo x; sleep 0.1')]
  },
  { verb: 'exec', within: 200, before: sleeping, args: (name) => ['exec', name, 'sleep', '0.1'] },
  { verb: 'stop', within: 250, before: sleeping, args: (name) => ['stop', '-t', '0', name] },
  { verb: 'rm -f', within: 300, before: sleeping, args: (name) => ['rm', '-f', '-v', '-t', '0', name] }
]

/** Removes everything by the ordinary commands, and looks that nothing is left. */
async function removeAll({ ok, directory, clear }: FileSandbox): Promise<void> {
  await clear()
  expect(await ok('ps', '-aq')).toBe('')
  expect(await ok('volume', 'ls', '-q')).toBe('')
  expect(engineState(directory)).toEqual([])
}

describe(`kill -9 of the command, ${rounds} times at a random moment`, () => {
  oursOnly.for(verbs)('in the middle of $verb', async ({ verb, within, before, args }) => {
    for (let round = 0; round < rounds; round++) {
      const name = `${verb.replaceAll(/\W/g, '')}-${round}`
      await before?.(name)
      const delay = randomInt(10, within)
      const where = `killed after ${delay} ms`
      await using running = box.start(args(name))
      await sleep(delay)
      running.kill('SIGKILL')
      await running.ended
      // Everything answers at once, and the same again comes to its end.
      await box.ok('ps', '-a')
      await box.ok('images')
      const again = await box.run(args(verb === 'create' || verb.startsWith('run') ? `${name}-again` : name))
      expect(again.exitCode, `${where}: ${again.stderr}`).toBe(0)
      expect(await box.ok('run', '--rm', box.image, 'echo', 'works'), where).toBe('works')
      await removeAll(box).catch((error: Error) => {
        throw new Error(`${where}: ${error.message}`, { cause: error })
      })
    }
  })

  oursOnly('of a foreground run: the container goes on, and is cleaned up at its end', async () => {
    await using running = box.start(['run', '--rm', '--name', 'orphan', ...box.sh('echo ready; sleep 1.5; echo done')])
    await running.until('ready')
    running.kill('SIGKILL')
    await running.ended
    expect(await box.ok('ps', '--format', '{{.Names}}')).toBe('orphan')
    await waitFor('its removal', async () => (await box.ok('ps', '-aq')) === '')
    await removeAll(box)
  })

  oursOnly('of the monitor: the container is found dead or alive, and can be removed', async () => {
    await box.ok('run', '-d', '--name', 'unwatched', box.image, 'sleep', '1000')
    const monitor = engineState(box.directory).find((line) => /conmon/.test(line)) ?? ''
    process.kill(Number(/process (\d+):/.exec(monitor)?.[1]), 'SIGKILL')
    await box.ok('ps', '-a')
    await removeAll(box)
  })
})
