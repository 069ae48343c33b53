import { EngineError, type AppliedLayer } from '@runcible/interface'
import type { Worker } from 'node:worker_threads'
import { revivedError, type UnpackJob, type WorkerMessage } from './unpack-job.ts'

/** Worker threads that unpack; they are started when needed and never keep the process alive while idle. */
export interface UnpackThreads {
  run(job: UnpackJob, onProgress: (bytes: number) => void): Promise<AppliedLayer>
}

/** An idle thread is kept for the next layer of the image, not longer. */
const IDLE_MS = 2000

/** The file beside this module; building and bundling put their own in its place. */
const defaultFile = (): URL => new URL('./unpack-worker.ts', import.meta.url)

const start = (file: URL): Worker => {
  const threads = process.getBuiltinModule('node:worker_threads')
  const fromSource = file.pathname.endsWith('.ts')
  const worker = new threads.Worker(file, {
    // Descriptors come from system calls that Node does not see.
    trackUnmanagedFds: false,
    // They handle bytes outside the heap; a large one would only be memory that lies idle.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
    execArgv: ['--disable-warning=ExperimentalWarning', ...(fromSource ? ['--conditions=source'] : [])]
  })
  worker.unref()
  return worker
}

export const unpackThreads = (file: URL = defaultFile()): UnpackThreads => {
  const idle: Worker[] = []
  const keep = (worker: Worker) => {
    const takeOut = (): boolean => {
      const at = idle.indexOf(worker)
      if (at !== -1) idle.splice(at, 1)
      return at !== -1
    }
    worker.unref()
    worker.on('error', () => undefined)
    worker.once('exit', takeOut)
    idle.push(worker)
    setTimeout(() => {
      if (takeOut()) void worker.terminate()
    }, IDLE_MS).unref()
  }
  const run: UnpackThreads['run'] = (job, onProgress) =>
    new Promise((resolve, reject) => {
      const worker = idle.pop() ?? start(file)
      worker.removeAllListeners()
      worker.ref()
      const settle = () => {
        worker.removeAllListeners()
        keep(worker)
      }
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'progress') return onProgress(message.bytes)
        settle()
        if (message.kind === 'done') resolve(message.layer)
        else reject(revivedError(message.error))
      })
      const died = (cause: unknown) => {
        worker.removeAllListeners()
        reject(new EngineError('internal', 'the thread that unpacks layers ended unexpectedly', { cause }))
      }
      worker.once('error', died)
      worker.once('exit', died)
      worker.postMessage(job)
    })
  return { run }
}
