import type { CompareRequest, ProgressOptions } from '@runcible/interface'
import type { Linux } from '@runcible/linux'

export async function* compare(
  _calls: { linux: Linux; tmp: string },
  _request: CompareRequest,
  _options: ProgressOptions<{ readonly bytes: number }>
): AsyncGenerator<Uint8Array> {}
