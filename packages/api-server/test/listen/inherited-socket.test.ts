import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ListenOptions } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { get } from '../support/http.ts'

const program = join(import.meta.dirname, '../support/serve-descriptor.ts')
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

/** Starts the program with a listening socket as descriptor 3, as systemd does; gives the line that it prints. */
async function handOver(options: ListenOptions, use: (line: string) => Promise<void>): Promise<void> {
  const owner = createServer().listen(options)
  await once(owner, 'listening')
  // Closing the owner removes the name of its socket, not this one.
  if (options.path !== undefined && options.path.startsWith('/')) await link(options.path, `${options.path}2`)
  const { fd } = (owner as unknown as { readonly _handle: { readonly fd: number } })._handle
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, program], { stdio: ['pipe', 'pipe', 'inherit', fd] })
  owner.close()
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  try {
    await use(line)
  } finally {
    child.stdin!.end()
    await once(child, 'exit')
  }
  expect(child.exitCode).toBe(0)
}

test('a unix socket that is handed over is served', async () => {
  const path = join(directory, 's')
  await handOver({ path }, async (line) => {
    expect(line).toBe(path)
    expect(await get(`${path}2`, '/_ping')).toMatchObject({ status: 200, body: 'OK' })
  })
})

test('TCP is refused', async () => {
  await handOver({ host: '127.0.0.1', port: 0 }, async (line) => expect(line).toBe('unsupported'))
})

test('an abstract socket is refused', async () => {
  await handOver({ path: `\0runcible-test-${process.pid}` }, async (line) => expect(line).toBe('unsupported'))
})
