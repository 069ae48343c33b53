import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { madeDirectory, removeContainers, type Subject, subjectOf } from './subject.ts'

/** Starts dockerd, which starts containerd, both with directories and sockets of their own, and stops them in the end. */
export async function openDocker(
  version: string,
  directory: string,
  flags: readonly string[] = []
): Promise<Subject & AsyncDisposable> {
  await madeDirectory(directory)
  await using undo = new AsyncDisposableStack()
  const socket = `unix://${join(directory, 'docker.sock')}`
  await writeFile(join(directory, 'daemon.json'), '{}')
  const daemon = startDaemon(directory, ['--host', socket, ...flags])
  undo.defer(() => stopDaemon(daemon))
  const env = { DOCKER_HOST: socket, DOCKER_CONFIG: join(directory, 'client') }
  const subject = subjectOf({
    name: 'docker',
    version,
    directory,
    command: (...args) => ({ file: 'docker', args, env }),
    daemons: () => (daemon.pid === undefined ? [] : [daemon.pid]),
    // A second daemon leaves the network to the first.
    emptied: (other) => openDocker(version, other, ['--bridge', 'none', '--iptables=false'])
  })
  await answering(subject, daemon, directory)
  undo.defer(() => removeContainers(subject))
  const cleanUp = undo.move()
  return { ...subject, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() }
}

function startDaemon(directory: string, flags: readonly string[]): ChildProcess {
  const log = openSync(join(directory, 'dockerd.log'), 'w')
  const places = {
    'data-root': 'data',
    'exec-root': 'exec',
    pidfile: 'docker.pid',
    'config-file': 'daemon.json'
  }
  const own = Object.entries(places).map(([flag, name]) => `--${flag}=${join(directory, name)}`)
  // In a session of its own, an interrupt from the terminal does not take it away before its containers are removed.
  const daemon = spawn('dockerd', [...own, ...flags], { stdio: ['ignore', log, log], detached: true })
  daemon.on('error', () => {})
  closeSync(log)
  return daemon
}

async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.pid === undefined || daemon.exitCode !== null) return
  const gone = new Promise<void>((resolve) => daemon.once('exit', () => resolve()))
  daemon.kill('SIGTERM')
  await Promise.race([gone, sleep(20_000, undefined, { ref: false })])
  daemon.kill('SIGKILL')
}

async function answering(subject: Subject, daemon: ChildProcess, directory: string): Promise<void> {
  for (let attempt = 0; attempt < 300 && daemon.pid !== undefined && daemon.exitCode === null; attempt++) {
    if (await subject.run(['version']).catch(() => undefined)) return
    await sleep(100)
  }
  const log = await readFile(join(directory, 'dockerd.log'), 'utf8').catch(() => '')
  throw new Error(`dockerd does not answer: ${log.slice(-500)}`)
}
