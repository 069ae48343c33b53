import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createLinux, errorCode } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const directory = temporaryDirectory()

test('worker threads have their own errno while others fail too', async () => {
  const workers = [1, 2].map(
    () => new Worker(join(import.meta.dirname, 'fixtures/worker.ts'), { workerData: { path: directory.path } })
  )
  const answers = Promise.all(workers.map((worker) => once(worker, 'message')))
  const { fs } = createLinux()
  const failing = setInterval(() => {
    try {
      fs.close(1_000_000)
    } catch (error) {
      expect(errorCode(error)).toBe('EBADF')
    }
  }, 0)
  const codes = (await answers).flatMap(([message]) => message as string[])
  clearInterval(failing)
  // One call of all, the first mkdir, succeeds.
  expect(codes.filter((code) => code === 'EEXIST')).toHaveLength(399)
  expect(codes.filter((code) => code === 'ENOENT')).toHaveLength(400)
  await Promise.all(workers.map((worker) => worker.terminate()))
})

test('creating it loads neither the library nor anything heavy', () => {
  const script = join(import.meta.dirname, 'fixtures/load.ts')
  const loaded = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as string[]
  const heavy = ['ffi', 'net', 'crypto', 'child_process', 'worker_threads', 'http', 'tls']
  expect(loaded.filter((name) => heavy.includes(name.replace('NativeModule ', '')))).toEqual([])
})
