import type { CallOptions, ExtractOptions, FileStat, Mount, Rootfs } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { publishContainer } from './publish.ts'

type CopyParts = Pick<Parts, 'state' | 'snapshotter' | 'volumes' | 'rootfs' | 'events'>

/** Opens what the container sees (running) or would see (at rest): its root file system with its volumes. */
async function openContainer(
  parts: CopyParts,
  name: string,
  options: CallOptions & { readonly readonly?: boolean }
): Promise<Rootfs & AsyncDisposable> {
  const record = findContainer(parts.state, name)
  if (record.pid > 0 && (record.status === 'running' || record.status === 'paused'))
    return parts.rootfs.open({ pid: record.pid }, options)
  const root = await parts.snapshotter.mounts(record.id)
  const held: string[] = []
  const mounts: Mount[] = [...root]
  for (const mount of record.config.mounts) {
    if (mount.type === 'bind')
      mounts.push({ type: 'bind', source: mount.source, target: mount.target, options: mount.options })
    if (mount.type !== 'volume' || mount.source === undefined) continue
    const copyUpFrom = mount.copyUp ? { copyUpFrom: root } : {}
    mounts.push(
      await parts.volumes.mount({
        name: mount.source,
        containerId: `${record.id}-copy`,
        target: mount.target,
        options: mount.options,
        ...copyUpFrom
      })
    )
    held.push(mount.source)
  }
  const rootfs = await parts.rootfs.open({ mounts }, options)
  return {
    stat: (path, more) => rootfs.stat(path, more),
    read: (path, more) => rootfs.read(path, more),
    makeDirectory: (path, more) => rootfs.makeDirectory(path, more),
    archive: (path, more) => rootfs.archive(path, more),
    extract: (path, tar, more) => rootfs.extract(path, tar, more),
    [Symbol.asyncDispose]: async () => {
      await rootfs[Symbol.asyncDispose]()
      for (const volume of held) await parts.volumes.unmount(volume, `${record.id}-copy`)
    }
  }
}

export async function statPath(parts: CopyParts, name: string, path: string): Promise<FileStat | undefined> {
  await using rootfs = await openContainer(parts, name, { readonly: true })
  return await rootfs.stat(path)
}

/** A tar stream of a path in the container. */
export async function* copyOut(
  parts: CopyParts,
  name: string,
  path: string,
  options: CallOptions = {}
): AsyncGenerator<Uint8Array> {
  await using rootfs = await openContainer(parts, name, { ...options, readonly: true })
  yield* rootfs.archive(path, options)
}

/** Unpacks a tar stream into a directory in the container. */
export async function copyIn(
  parts: CopyParts,
  name: string,
  path: string,
  tar: AsyncIterable<Uint8Array>,
  options: ExtractOptions = {}
): Promise<void> {
  await using rootfs = await openContainer(parts, name, options)
  await rootfs.extract(path, tar, options)
  publishContainer(parts.events, 'copy', findContainer(parts.state, name))
}
