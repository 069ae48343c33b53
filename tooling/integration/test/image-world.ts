import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImageStore, StateStore } from '@runcible/interface'
import { createLinux } from '@runcible/linux'
import { ociImageStore, type OciImageStoreInit } from '@runcible/oci-image'
import { sqliteState } from '@runcible/state-sqlite'
import { layerDiffer, localContentStore, overlaySnapshotter } from '@runcible/storage'

/** An image store over real disks below one directory. */
export interface ImageWorld {
  readonly root: string
  readonly images: ImageStore
  readonly content: ReturnType<ReturnType<typeof localContentStore>>
  readonly snapshotter: ReturnType<ReturnType<typeof overlaySnapshotter>>
  readonly state: StateStore
}

export const linux = createLinux()

/** Opens the store below `root`, as one process has it. */
export function openImages(root: string, init: OciImageStoreInit): ImageWorld {
  const content = localContentStore({ root: join(root, 'content'), linux })({})
  const snapshotter = overlaySnapshotter({ root: join(root, 'snapshots'), linux })({})
  const differ = layerDiffer({ linux, tmp: join(root, 'tmp') })({ content })
  const { state, events } = sqliteState({ root, lockDirectory: join(root, 'locks'), linux })({})
  return {
    root,
    content,
    snapshotter,
    state,
    images: ociImageStore(init)({ content, snapshotter, differ, state, events })
  }
}

/** A new directory for a store, removed at the end. */
export async function imageRoot(undo: AsyncDisposableStack): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'images-'))
  undo.defer(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'tmp'))
  return root
}
