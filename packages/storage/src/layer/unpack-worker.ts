import { createLinux } from '@runcible/linux'
import { parentPort } from 'node:worker_threads'
import { plainError, runUnpackJob, type UnpackJob, type WorkerMessage } from './unpack-job.ts'

const linux = createLinux()
const post = (message: WorkerMessage) => parentPort?.postMessage(message)

parentPort?.on('message', (job: UnpackJob) => {
  runUnpackJob(linux, job, (bytes) => post({ kind: 'progress', bytes })).then(
    (layer) => post({ kind: 'done', layer }),
    (error: unknown) => post({ kind: 'failed', error: plainError(error) })
  )
})
