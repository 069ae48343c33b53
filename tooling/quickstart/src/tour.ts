import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Shell } from './shell.ts'

export interface TourInit {
  /** Names of the images in the registry. */
  readonly busybox: string
  readonly server: string
  /** Free port of the host. */
  readonly port: number
  /** Where files are copied from and to. */
  readonly directory: string
}

/** The main job from pull to clean-up. Throws at the first step that is not as it should be. */
export async function tour(shell: Shell, init: TourInit): Promise<void> {
  await firstRun(shell, init)
  await startServer(shell, init)
  await askServer(shell, init)
  await lookAround(shell)
  await copyFiles(shell, init)
  await removeAll(shell, init)
}

async function firstRun(shell: Shell, { busybox }: TourInit): Promise<void> {
  shell.say('Pull a small image from the registry on this machine, and run a command in it.')
  await shell.type('runcible', 'pull', '--tls-verify=false', busybox)
  const greeting = await shell.type('runcible', 'run', '--rm', busybox, 'echo', 'hello')
  shell.expect('the container said hello and is gone', greeting === 'hello')
}

async function startServer(shell: Shell, { server, port }: TourInit): Promise<void> {
  shell.say('Run a real server in the background: with a name, a network, a volume, a variable and a published port.')
  await shell.type('runcible', 'pull', '--tls-verify=false', server)
  await shell.type('runcible', 'images')
  await shell.type('runcible', 'network', 'create', 'demo')
  const options = [
    '--name',
    'hello',
    '--network',
    'demo',
    '-v',
    'store:/data',
    '-e',
    'SERVER_NAME=quickstart',
    '-p',
    `127.0.0.1:${port}:8222`
  ]
  const id = await shell.type('runcible', 'run', '-d', ...options, server)
  shell.expect('it runs', /^[0-9a-f]{64}$/.test(id))
}

async function askServer(shell: Shell, { port }: TourInit): Promise<void> {
  const url = `http://127.0.0.1:${port}/varz`
  shell.say(`Ask it over HTTP at ${url}.`)
  const answer = await fetched(url)
  shell.expect(
    `the server answers by the name in its variable: ${String(answer['server_name'])}`,
    answer['server_name'] === 'quickstart'
  )
}

/** The server takes a moment to listen. */
async function fetched(url: string): Promise<Record<string, unknown>> {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(url)
      return (await response.json()) as Record<string, unknown>
    } catch (error) {
      if (attempt === 100) throw error
      await sleep(100)
    }
  }
}

async function lookAround(shell: Shell): Promise<void> {
  shell.say('See what runs, what it says, and what is inside.')
  await shell.type('runcible', 'ps')
  await shell.type('runcible', 'port', 'hello')
  await shell.type('runcible', 'volume', 'ls')
  await shell.type('runcible', 'network', 'ls')
  const release = await shell.type('runcible', 'exec', 'hello', 'cat', '/etc/os-release')
  shell.expect('a command ran inside', release === readFileSync('/etc/os-release', 'utf8').trimEnd())
  const log = await shell.type('runcible', 'logs', '--tail', '4', 'hello')
  shell.expect('its log is here', log.includes('Server is ready'))
}

async function copyFiles(shell: Shell, { directory }: TourInit): Promise<void> {
  shell.say('Copy a file in, and out again.')
  writeFileSync(join(directory, 'note.txt'), 'written outside\n')
  await shell.type('runcible', 'cp', 'note.txt', 'hello:/data/note.txt')
  await shell.type('runcible', 'exec', 'hello', 'ls', '/data')
  await shell.type('runcible', 'cp', 'hello:/data/note.txt', 'back.txt')
  shell.expect('the same bytes came back', readFileSync(join(directory, 'back.txt'), 'utf8') === 'written outside\n')
}

async function removeAll(shell: Shell, { busybox, server }: TourInit): Promise<void> {
  shell.say('Stop it and clean up. The volume outlives the container.')
  await shell.type('runcible', 'stop', 'hello')
  await shell.type('runcible', 'rm', 'hello')
  const kept = await shell.type('runcible', 'run', '--rm', '-v', 'store:/data', busybox, 'cat', '/data/note.txt')
  shell.expect('the volume kept the file', kept === 'written outside')
  await shell.type('runcible', 'volume', 'rm', 'store')
  await shell.type('runcible', 'network', 'rm', 'demo')
  await shell.type('runcible', 'rmi', busybox, server)
  const left = await shell.type('runcible', 'ps', '--all', '--quiet')
  shell.expect('nothing is left', left === '')
}
