import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreateTask } from '@runcible/interface'
import { fakeLogStore, fakeMonitor, fakeRuntime } from '@runcible/fakes'
import { describeContainerRuntime, describeLogStore, describeMonitor } from '@runcible/suites'

let tasks = 0

const processOf = (args: readonly string[], terminal = false) => ({
  args,
  terminal,
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 }
})

describeContainerRuntime('fake', async () => {
  const logs = fakeLogStore()
  let marked = false
  const runtime = fakeRuntime({ logs, onExitCommand: ([command]) => (marked = command === 'mark') })
  const task = (
    args: readonly string[],
    { id = `c${++tasks}`, terminal = false, stdin = false, ...more } = {}
  ): CreateTask => ({
    id,
    spec: { ociVersion: '1.0.2', process: processOf(args, terminal) },
    rootfs: [],
    io: { terminal, stdin, log: { driver: 'k8s-file', path: `/fake/${id}` } },
    ...more
  })
  return {
    runtime,
    other: runtime,
    task,
    process: (args, { terminal = false } = {}) => processOf(args, terminal),
    logged: async ({ io }) => (await Array.fromAsync(logs.read(io.log))).map(({ text }) => `${text}\n`).join(''),
    marker: { command: ['mark'], seen: () => marked },
    [Symbol.asyncDispose]: async () => {
      for (const { id } of await runtime.list()) await (await runtime.load(id)).delete({ force: true })
    }
  }
})

describeMonitor('fake', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'monitor-'))
  const monitor = fakeMonitor()
  return {
    monitor,
    other: monitor,
    bundle: async (id, args, { stdin = false } = {}) => {
      const bundle = join(directory, id)
      await mkdir(bundle)
      await writeFile(join(bundle, 'config.json'), JSON.stringify({ ociVersion: '1.0.2', process: processOf(args) }))
      return { id, bundle, terminal: false, stdin, log: { driver: 'none' } }
    },
    start: async (id) => monitor.start(id),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true })
  }
})

describeLogStore('fake', async () => {
  const logs = fakeLogStore()
  return {
    logs,
    write: async (target, ...output) => {
      const now = BigInt(Date.now()) * 1_000_000n
      // Text is taken as bytes, so that a test can cut a character in two.
      const entries = output.map(({ stream = 'stdout', text, partial = false, time = now }) => ({
        stream,
        text: Buffer.from(text, 'latin1'),
        partial,
        time
      }))
      logs.append(target, ...entries)
    },
    rotate: async (target) => logs.rotate(target),
    [Symbol.asyncDispose]: async () => {}
  }
})
