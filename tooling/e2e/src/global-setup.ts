import { startDockerRegistry } from '@runcible/fixtures'
import type { TestProject } from 'vitest/node'
import { pushImages } from './images.ts'
import { hostState, type Leftovers } from './leaks.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** `127.0.0.1:PORT` of a real registry, plain http, that has the images of `images.ts`. */
    readonly registry: string
    /** What the host had before the first test. */
    readonly before: Leftovers
  }
}

/** Runs once before and after all files: notes the state of the host, and offers one registry to all. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const before = hostState()
  await using undo = new AsyncDisposableStack()
  const registry = undo.use(await startDockerRegistry())
  await pushImages(registry.host)
  provide('registry', registry.host)
  provide('before', before)
  const cleanUp = undo.move()
  return () => cleanUp.disposeAsync()
}
