import { removeContainers, type Subject } from '../subjects/subject.ts'

export interface HeldContainers {
  readonly image: string
  readonly count: number
  readonly network: 'bridge' | 'none'
  readonly signal: AbortSignal
}

/** Starts containers that sleep until the end of the benchmark. Returns their ids. */
export async function holdContainers(
  subject: Subject,
  { image, count, network, signal }: HeldContainers,
  undo: AsyncDisposableStack
): Promise<string[]> {
  undo.defer(() => removeContainers(subject))
  const ids: string[] = []
  for (let at = 0; at < count; at++) {
    signal.throwIfAborted()
    const { stdout } = await subject.run(['run', '--detach', '--network', network, image, 'sleep', '86400'])
    ids.push(stdout.trim())
  }
  return ids
}
