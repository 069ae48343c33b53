import { type CallOptions, EngineError } from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { artifactOf, requireArtifact } from './records.ts'

/** One file of an artifact, which stays until it is read. */
export async function* readArtifact(
  context: StoreContext,
  name: string,
  file: Digest,
  options: CallOptions = {}
): AsyncGenerator<Uint8Array> {
  await using _lease = await takeLease(context.state, options)
  const { manifest } = await artifactOf(context, requireArtifact(context, name), options)
  if (!manifest.layers.some(({ digest }) => digest === file))
    throw new EngineError('not-found', `artifact ${name} has no file ${file}`, {
      subject: { kind: 'blob', name: file }
    })
  yield* context.content.reader(file, options)
}
