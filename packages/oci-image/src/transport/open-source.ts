import type { ProgressOptions, PullProgress, TransferRequest } from '@runcible/interface'
import type { StoreContext } from '../init.ts'
import { dirSource } from './dir-source.ts'
import { dockerArchiveSource } from './docker-archive.ts'
import { dockerDaemonSource } from './docker-daemon.ts'
import { dockerSource } from './docker-source.ts'
import type { ImageSource } from './image-source.ts'
import { ociArchiveSource, ociSource } from './oci-source.ts'
import type { ImageLocation } from './parse-transport.ts'
import { storeSource } from './store-source.ts'

/** Where temporary copies go: as the request says, or the store, or where they always may. */
export const temporaryDirectory = (
  { tmp }: { readonly tmp?: string },
  request: Pick<TransferRequest, 'temporaryDirectory'> = {}
): string => request.temporaryDirectory ?? tmp ?? '/var/tmp'

/** The source of an image at any place, also in this store. */
export function openStoreSource(
  context: StoreContext,
  location: ImageLocation,
  request: TransferRequest,
  options: ProgressOptions<PullProgress>
): ImageSource {
  if (location.transport === 'containers-storage') return storeSource(context, location.image, options)
  return openSourceAt(context.init, location, request, options)
}

/** The source of an image at a place outside the store. `options.signal` ends everything that it does. */
export function openSourceAt(
  init: StoreContext['init'],
  location: Exclude<ImageLocation, { transport: 'containers-storage' }>,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): ImageSource {
  const archive = { tmp: temporaryDirectory(init, request), signal: options.signal }
  switch (location.transport) {
    case 'docker':
      return dockerSource({ init, reference: location.reference, request, options })
    case 'docker-daemon':
      return dockerDaemonSource({ init, image: location.image, request, ...archive })
    case 'oci':
      return ociSource(location, request.sharedBlobDirectory)
    case 'oci-archive':
      return ociArchiveSource(location, archive)
    case 'docker-archive':
      return dockerArchiveSource(location, archive)
    case 'dir':
      return dirSource(location.path)
  }
}
