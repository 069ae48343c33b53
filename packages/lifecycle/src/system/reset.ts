import { isEngineError, type CallOptions } from '@runcible/interface'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { removeIfThere } from '../containers/remove.ts'
import { mountedImages, unmountImage } from '../images/mount.ts'
import { localNetworks } from '../networks/networks.ts'
import type { Parts } from '../settings.ts'

type ResetParts = ReconcileParts & Pick<Parts, 'images' | 'rootfs' | 'manifests'>

/** Everything that holds something of the host goes by its own operation, then the files. The state is closed. */
export async function resetSystem(parts: ResetParts, options: CallOptions = {}): Promise<readonly string[]> {
  for (const { id } of parts.state.containers.list())
    await removeIfThere(parts, id, { ...options, force: true, volumes: true, timeout: 0 })
  for (const { image } of await mountedImages(parts, options))
    await unmountImage(parts, image.id, { ...options, force: true })
  const networks = localNetworks(parts)
  for (const { id } of await networks.list(options)) await removeNetwork(networks, id, options)
  for (const { name } of await parts.volumes.list()) await parts.volumes.remove(name, options)
  parts.state.close()
  return await parts.settings.removeFiles()
}

/** The default network goes with the files, and networks that the user described elsewhere are the user's. */
async function removeNetwork(
  networks: ReturnType<typeof localNetworks>,
  id: string,
  options: CallOptions
): Promise<void> {
  try {
    await networks.remove(id, options)
  } catch (error) {
    const stays = (['invalid-argument', 'failed-precondition', 'unsupported', 'not-found'] as const).some((code) =>
      isEngineError(error, code)
    )
    if (!stays) throw error
  }
}
