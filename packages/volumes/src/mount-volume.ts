import { statSync } from 'node:fs'
import {
  EngineError,
  type CallOptions,
  type Mount,
  type MountVolumeRequest,
  type StoredVolume
} from '@runcible/interface'
import { copyUp, mayCopyUp } from './copy-up.ts'
import { dataOf, findVolume, lockVolume, requireVolume, updateVolume, type Context } from './context.ts'
import { mountSource, unmountSource } from './own-mount.ts'
import { parseVolumeOptions } from './volume-options.ts'

/** Makes the volume ready and gives the bind for the container. Ready plain volumes are not locked: most starts find one. */
export async function mountVolume(
  context: Context,
  request: MountVolumeRequest,
  options: CallOptions = {}
): Promise<Mount> {
  const { name, target } = request
  const stored = requireVolume(context, name)
  const data = dataOf(context, name)
  if (needsWork(stored, request)) await prepare(context, request, options)
  if (!statSync(data, { throwIfNoEntry: false })?.isDirectory()) {
    throw new EngineError('failed-precondition', `the data of volume ${name} is gone: there is no directory ${data}`, {
      subject: { kind: 'volume', name },
      hint: 'remove the volume and make it anew'
    })
  }
  return { type: 'bind', source: data, target, options: request.options }
}

function needsWork(stored: StoredVolume, request: MountVolumeRequest): boolean {
  const { source, copy } = parseVolumeOptions(stored.record.options)
  return (
    source.kind === 'mount' || stored.used !== true || (request.copyUpFrom !== undefined && copy && mayCopyUp(stored))
  )
}

async function prepare(context: Context, request: MountVolumeRequest, options: CallOptions): Promise<void> {
  const { name, containerId, target, copyUpFrom } = request
  await using _lock = await lockVolume(context, name, options)
  const stored = requireVolume(context, name)
  const { source, copy } = parseVolumeOptions(stored.record.options)
  await using undo = new AsyncDisposableStack()
  if (source.kind === 'mount') {
    // First, so that whoever cleans up after this process knows of the mount.
    addUser(context, name, containerId)
    undo.defer(() => release(context, name, containerId))
    await mountSource(context, name, source, options)
  }
  if (copy && copyUpFrom !== undefined && mayCopyUp(stored))
    await copyUp(context, { stored, from: copyUpFrom, target }, options)
  if (stored.used !== true) updateVolume(context, name, { used: true })
  undo.move()
}

/** The container no longer uses the volume; what only containers needed mounted is unmounted with the last one. */
export async function unmountVolume(context: Context, name: string, containerId: string): Promise<void> {
  const stored = findVolume(context, name)
  if (stored === undefined || parseVolumeOptions(stored.record.options).source.kind !== 'mount') return
  await using _lock = await lockVolume(context, name)
  if (findVolume(context, name) !== undefined) release(context, name, containerId)
}

function addUser(context: Context, name: string, containerId: string): void {
  context.state.volumes.update(name, ({ users = [], ...current }) => ({
    ...current,
    users: [...users.filter((user) => user !== containerId), containerId]
  }))
}

function release(context: Context, name: string, containerId: string): void {
  const users = context.state.volumes.get(name)?.users?.filter((user) => user !== containerId) ?? []
  if (users.length === 0) unmountSource(context, name)
  updateVolume(context, name, { users })
}
