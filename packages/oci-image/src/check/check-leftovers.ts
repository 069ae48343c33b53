import { isDigest } from '@runcible/oci-spec'
import { collect, unpackPrefix, usedContent } from '../collect.ts'
import type { Checkup } from './checkup.ts'

const day = 24 * 60 * 60 * 1000

/**
 * What nothing refers to and what is older than `keepFor`: somebody may be bringing the rest. Mending is the ordinary
 * collection, which waits for nobody and does nothing while a transfer runs.
 */
export async function checkLeftovers({ context, request, findings }: Checkup): Promise<void> {
  const { content, snapshotter } = context
  const before = Date.now() - (request.keepFor ?? day)
  const used = usedContent(context)
  for await (const { key, kind, createdAt } of snapshotter.list()) {
    const unused = kind === 'committed' ? isDigest(key) && !used.chains.has(key) : key.startsWith(unpackPrefix)
    if (!unused || createdAt > before) continue
    const detail = kind === 'committed' ? 'no image has this layer' : 'left by an unpacking that did not end'
    await findings.add({ kind: 'snapshot-orphan', subject: key, images: [], detail }, () =>
      collected(async () => (await snapshotter.stat(key)) === undefined)
    )
  }
  for await (const { digest, createdAt } of content.list()) {
    if (used.blobs.has(digest) || createdAt > before) continue
    await findings.add({ kind: 'blob-orphan', subject: digest, images: [], detail: 'nothing refers to it' }, () =>
      collected(async () => (await content.info(digest)) === undefined)
    )
  }
  for await (const { ref, size, modifiedAt } of content.ingests?.() ?? []) {
    if (modifiedAt > before) continue
    const detail = `${size} bytes of a download that was cut off`
    await findings.add(
      { kind: 'download-left', subject: ref === '' ? 'unknown' : ref, images: [], detail },
      async () => {
        await content.cleanIngests?.(before)
        return 'dropped the bytes'
      }
    )
  }

  async function collected(isGone: () => Promise<boolean>): Promise<string> {
    await collect(context)
    await snapshotter.cleanTrash?.()
    if (await isGone()) return 'removed it'
    throw new Error('it is in use, or a transfer runs')
  }
}
