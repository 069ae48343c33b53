import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { busyboxImage, startRegistry, type TestRegistry } from '@runcible/fixtures'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = join(import.meta.dirname, '..')
const image = busyboxImage()
let home: string
let registry: TestRegistry
let name: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'examples-'))
  registry = await startRegistry()
  name = registry.put(image, 'library/busybox')
})

afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

/** Runs one example as a reader would, on an engine of its own; it must end by itself. */
async function run(example: string, ...args: readonly string[]) {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, example, ...args], {
    cwd: folder,
    env: { ...process.env, RUNCIBLE_ROOT: join(home, 'root'), RUNCIBLE_RUNROOT: join(home, 'run') },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 40_000,
    killSignal: 'SIGKILL'
  })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await exit, stdout, stderr }
}

/** What an engine keeps of containers: nothing may be left when an example has ended. */
function leftovers(): readonly string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const folders = ['root/containers', 'run/containers', 'run/locks', 'run/netns', 'run/loopback', 'run/tmp']
  const names = folders.flatMap((path) => (existsSync(join(home, path)) ? readdirSync(join(home, path)) : []))
  const tasks = join(home, 'run/tasks')
  const running = existsSync(tasks) ? readdirSync(tasks).filter((entry) => !entry.startsWith('.')) : []
  return [...mounts.filter((line) => line.includes(home)), ...names, ...running]
}

test('run.ts: an image made on the spot', async () => {
  expect(await run('run.ts')).toEqual({ code: 0, stdout: 'hello from a container\n', stderr: '' })
  expect(leftovers()).toEqual([])
})

test('pull-and-inspect.ts: pulls into a store of its own, and finds it there again', async () => {
  const store = join(home, 'store')
  const { code, stdout, stderr } = await run('pull-and-inspect.ts', name, store, '--plain-http')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const layers = image.layers.map(
    ({ digest, size }, at) => `layer ${digest.slice(7, 19)}  ${size} bytes packed  layer ${at}`
  )
  expect(stdout.split('\n')).toEqual([
    `${name} in ${store}`,
    expect.stringContaining(`id ${image.id.slice(0, 12)}, linux/`),
    ...layers,
    "command [ 'sh' ]",
    ''
  ])
  const requests = registry.requests.length
  expect(await run('pull-and-inspect.ts', name, store, '--plain-http')).toMatchObject({ code: 0, stdout })
  expect(registry.requests.slice(requests).map(({ kind }) => kind)).toEqual(['manifest'])
})

test('one-container-with-layers.ts: runs, and packs what the container wrote', async () => {
  const { code, stdout, stderr } = await run('one-container-with-layers.ts')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^hello from layers\nexit code 0, a new layer of [1-9]\d* bytes\n$/)
  expect(readdirSync('/var/tmp').filter((entry) => entry.startsWith('layers-'))).toEqual([])
})

test('own-driver.ts: there is a loopback and nothing else', async () => {
  const { code, stdout, stderr } = await run('own-driver.ts')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trim().split('\n')
  expect(lines[0]).toContain('127.0.0.1/8')
  expect(lines.every((line) => line.startsWith('1: lo '))).toBe(true)
  expect(leftovers()).toEqual([])
})

test('events.ts: shows the pull, then every container come and go', async () => {
  const { code, stdout, stderr } = await run('events.ts', name, '--plain-http')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trim().split('\n')
  expect(lines.filter((line) => line.startsWith('pulled: layer')).sort()).toEqual(
    image.layers.map(({ digest }) => `pulled: layer ${digest}`).sort()
  )
  const ofFirst = lines.filter((line) => line.startsWith('event: container example-first'))
  expect(ofFirst.map((line) => line.split(' ').at(-1))).toEqual(['create', 'start', 'died', 'remove'])
  expect(lines).toContain('gave up: stopped waiting for container example-first')
  expect(leftovers()).toEqual([])
})

test('run.ts: an image of the store, a command, its exit code', async () => {
  const { code, stdout, stderr } = await run('run.ts', name, 'sh', '-c', 'echo out; echo err >&2; exit 7')
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' })
  expect(leftovers()).toEqual([])
})

test('every example is in the README, and short', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.ts'))) {
    expect(readme, file).toContain(`(${file})`)
    expect(readFileSync(join(folder, file), 'utf8').split('\n').length, file).toBeLessThan(61)
  }
})
