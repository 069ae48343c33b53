import type { CallOptions } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { publishContainer } from './publish.ts'

/** The container's root file system as a tar stream, at rest or not. Mount points are there, what is mounted is not. */
export async function* exportContainer(
  parts: Pick<Parts, 'state' | 'snapshotter' | 'differ' | 'events'>,
  name: string,
  options: CallOptions = {}
): AsyncGenerator<Uint8Array> {
  const record = findContainer(parts.state, name)
  const upper = await parts.snapshotter.mounts(record.id)
  yield* parts.differ.compare({ lower: [], upper, archive: true }, options)
  publishContainer(parts.events, 'export', record)
}
