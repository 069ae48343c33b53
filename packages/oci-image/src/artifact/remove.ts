import type { Artifact, CallOptions } from '@runcible/interface'
import { collect } from '../collect.ts'
import type { StoreContext } from '../init.ts'
import { artifactOf, requireArtifact } from './records.ts'

export async function removeArtifact(
  context: StoreContext,
  name: string,
  options: CallOptions = {}
): Promise<Artifact> {
  const record = requireArtifact(context, name)
  const artifact = await artifactOf(context, record, options)
  context.state.artifacts.delete(record.id)
  context.events?.publish({ type: 'image', action: 'artifact-remove', id: artifact.digest.slice(7), name: record.id })
  await collect(context, { ...options, emptied: true })
  return artifact
}
