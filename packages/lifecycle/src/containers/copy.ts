import type { CallOptions, ContainerRecord, ExtractOptions, FileStat, Mount, Rootfs } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { withContainer } from '../with-container.ts'
import { isUp } from './is-up.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { livingPid } from './task.ts'

type CopyParts = ReconcileParts & Pick<Parts, 'rootfs'>

/** Opens what the container sees (running) or would see (at rest): its root file system with its volumes. */
async function openContainer(
  parts: CopyParts,
  name: string,
  options: CallOptions & { readonly readonly?: boolean }
): Promise<Rootfs & AsyncDisposable> {
  const found = findContainer(parts.state, name)
  const pid = await livingPid(parts.runtime, found)
  if (pid !== undefined) return parts.rootfs.open({ pid }, options)
  // Before it is mounted here, an ended run that nobody has noticed yet gives back its own mounts.
  const record = isUp(found) ? await withContainer(parts, found.id, options, (current) => current) : found
  if (isUp(record)) return parts.rootfs.open({ pid: record.pid }, options)
  return openAtRest(parts, record, options)
}

async function openAtRest(
  parts: CopyParts,
  record: ContainerRecord,
  options: CallOptions & { readonly readonly?: boolean }
): Promise<Rootfs & AsyncDisposable> {
  const root = await parts.snapshotter.mounts(record.id)
  const containerId = `${record.id}-copy`
  const mounts: Mount[] = [...root]
  await using undo = new AsyncDisposableStack()
  for (const mount of record.config.mounts) {
    const { target, options: flags } = mount
    if (mount.type === 'bind') mounts.push({ type: 'bind', source: mount.source, target, options: flags })
    if (mount.type !== 'volume' || mount.source === undefined) continue
    const name = mount.source
    const copyUpFrom = mount.copyUp ? { copyUpFrom: root } : {}
    mounts.push(await parts.volumes.mount({ name, containerId, target, options: flags, ...copyUpFrom }, options))
    undo.defer(() => parts.volumes.unmount(name, containerId))
  }
  const rootfs = undo.use(await parts.rootfs.open({ mounts }, options))
  const held = undo.move()
  return {
    stat: (path, more) => rootfs.stat(path, more),
    read: (path, more) => rootfs.read(path, more),
    makeDirectory: (path, more) => rootfs.makeDirectory(path, more),
    archive: (path, more) => rootfs.archive(path, more),
    extract: (path, tar, more) => rootfs.extract(path, tar, more),
    [Symbol.asyncDispose]: () => held.disposeAsync()
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
