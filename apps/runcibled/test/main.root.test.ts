import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { json, text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const command = [
  '--conditions=source',
  '--disable-warning=ExperimentalWarning',
  join(import.meta.dirname, '../src/main.ts')
]
let directory = ''
let roots: readonly string[] = []
let socket = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runcibled-'))
  roots = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run')]
  socket = join(directory, 'run', 'runcible.sock')
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

type Server = ChildProcessByStdio<null, null, Readable>

/** Resolves when it listens. */
async function start(
  argv: readonly string[],
  options: { readonly fd?: number; readonly env?: NodeJS.ProcessEnv } = {}
): Promise<Server> {
  const { fd = 'ignore', env = process.env } = options
  const child = spawn(process.execPath, [...command, ...roots, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    env
  }) as Server
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string]
  expect(line).toContain('info: listening on unix:///')
  return child
}

async function stop(child: Server, signal: NodeJS.Signals): Promise<unknown> {
  child.kill(signal)
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

async function get(path: string, socketPath = socket): Promise<unknown> {
  const sent = request({ socketPath, path, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
  return path.endsWith('_ping') ? await text(response) : await json(response)
}

describe('serving the local engine', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('until %s', async (signal) => {
    const child = await start([])
    expect((await stat(socket)).mode & 0o777).toBe(0o600)
    expect(await get('/_ping')).toBe('OK')
    expect(await get('/v1.41/containers/json?all=1')).toEqual([])
    expect(await get('/v5.0.0/libpod/info')).toMatchObject({ store: { graphRoot: join(directory, 'root') } })
    expect(await get('/version')).toMatchObject({
      Os: 'linux',
      ApiVersion: '1.41',
      Components: [{ Name: 'Engine' }, { Name: 'runc' }]
    })
    expect(await stop(child, signal)).toBe(0)
    expect(await readdir(join(directory, 'run'))).not.toContain('runcible.sock')
  })

  test('after it was killed it starts again', async () => {
    expect(await stop(await start([]), 'SIGKILL')).toBe(null)
    const child = await start([])
    expect(await get('/_ping')).toBe('OK')
    expect(await stop(child, 'SIGTERM')).toBe(0)
  })

  test('on a socket that is handed over', async () => {
    const path = join(directory, 's')
    const owner = createServer().listen(path)
    await once(owner, 'listening')
    await link(path, `${path}2`)
    const { fd } = (owner as unknown as { readonly _handle: { readonly fd: number } })._handle
    // Only the process itself knows its id, as it is with systemd; the shell becomes the server.
    const argv = [process.execPath, ...command, ...roots]
    const script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...argv], { stdio: ['ignore', 'ignore', 'pipe', fd] }) as Server
    owner.close()
    await once(createInterface({ input: child.stderr }), 'line')
    expect(await get('/_ping', `${path}2`)).toBe('OK')
    expect(await stop(child, 'SIGTERM')).toBe(0)
  })
})

describe('one line for what happened, one for what to do', () => {
  test.each([
    [['--listen', 'tcp://127.0.0.1:2375'], /^Error: cannot listen on tcp: .*\nHint: .*\n$/],
    [['--listen', 'fd://'], /^Error: no socket was handed over as descriptor 3\nHint: .*\n$/],
    [['--bogus'], /^Error: Unknown option '--bogus'.*\nHint: .*\n$/],
    [['--log-level', 'loud'], /^Error: there is no log level "loud"\nHint: .*\n$/]
  ])('%j', async (argv, expected) => {
    const failed = promisify(execFile)(process.execPath, [...command, ...roots, ...argv])
    await expect(failed).rejects.toMatchObject({ code: 125, stdout: '', stderr: expect.stringMatching(expected) })
  })

  test('a second server on the same socket', async () => {
    const child = await start([])
    const failed = promisify(execFile)(process.execPath, [...command, ...roots])
    await expect(failed).rejects.toMatchObject({
      code: 125,
      stderr: expect.stringContaining(`Error: another server listens on ${socket}\nHint: `)
    })
    expect(await stop(child, 'SIGTERM')).toBe(0)
  })
})

test('--version and --help', async () => {
  const run = promisify(execFile)
  expect((await run(process.execPath, [...command, '--version'])).stdout).toMatch(/^runcibled version \d+\.\d+\.\d+\n$/)
  expect((await run(process.execPath, [...command, '--help'])).stdout).toMatch(/^Usage: runcibled /)
})
