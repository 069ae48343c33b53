import type { CallOptions } from '@runcible/interface'
import { startContainer, type StartParts } from './start.ts'
import { stopContainer } from './stop.ts'

/** Stops a container, if it runs, and starts it again. */
export async function restartContainer(
  parts: StartParts,
  name: string,
  options: CallOptions & { readonly timeout?: number } = {}
): Promise<void> {
  await stopContainer(parts, name, options)
  await startContainer(parts, name, options.signal ? { signal: options.signal } : {})
}
