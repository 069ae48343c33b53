import { dirname, resolve } from 'node:path'
import type { Plugin } from 'rolldown'

/** `new URL('./worker.ts', import.meta.url)`, the way a worker thread's file is named. */
const workerUrl = /new URL\(\s*(['"`])(\.{1,2}\/[\w/.-]+\.ts)\1\s*,\s*import\.meta\.url\s*\)/g

/** Makes a chunk of every file that is named by URL, and points the URL to it. */
export function workerChunks(): Plugin {
  return {
    name: 'worker-chunks',
    transform: {
      filter: { code: /new URL\(/ },
      handler(code, id) {
        return code.replace(workerUrl, (_match, _quote, path: string) => {
          const reference = this.emitFile({ type: 'chunk', id: resolve(dirname(id), path) })
          return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`
        })
      }
    }
  }
}
