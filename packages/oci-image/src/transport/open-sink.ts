import { EngineError, type ProgressOptions, type PushProgress, type TransferRequest } from '@runcible/interface'
import type { OciImageStoreInit } from '../init.ts'
import { normalizeReference } from '../reference.ts'
import { dirSink } from './dir-sink.ts'
import { checkNewArchive, dockerArchiveSink } from './docker-archive-sink.ts'
import { dockerDaemonSink } from './docker-daemon.ts'
import { dockerSink } from './docker-sink.ts'
import { archiveOutput } from './files/archive-output.ts'
import type { ImageSink } from './image-sink.ts'
import { ociArchiveSink, ociSink } from './oci-sink.ts'
import { temporaryDirectory } from './open-source.ts'
import type { ImageLocation } from './parse-transport.ts'

/** The sink for an image at a place outside the store. `options.signal` ends everything that it does. */
export function openSink(
  { init }: { readonly init: OciImageStoreInit },
  location: ImageLocation,
  { tags = [], ...request }: TransferRequest & { readonly tags?: readonly string[] | undefined } = {},
  options: ProgressOptions<PushProgress> = {}
): ImageSink {
  if ('index' in location)
    throw new EngineError('invalid-argument', `${location.path}: a position names an image to read, not one to write`)
  if (tags.length > 0 && location.transport !== 'docker-archive')
    throw new EngineError('invalid-argument', `${location.transport}: keeps one name; several are for docker-archive:`)
  switch (location.transport) {
    case 'docker-daemon':
      return dockerDaemonSink({
        init,
        image: location.image,
        request,
        tmp: temporaryDirectory(init, request),
        signal: options.signal
      })
    case 'docker':
      return dockerSink({ init, reference: location.reference, request, options })
    case 'oci':
      return ociSink(location, request.sharedBlobDirectory)
    case 'oci-archive':
      return ociArchiveSink(location, archiveOutput(location))
    case 'docker-archive': {
      checkNewArchive(location.path)
      const place = { place: location.path, output: archiveOutput(location), tmp: temporaryDirectory(init, request) }
      const own = location.reference === undefined ? [] : [location.reference]
      return dockerArchiveSink(place, [...own, ...tags.map((tag) => normalizeReference(tag))])
    }
    case 'dir':
      return dirSink(location.path)
    case 'containers-storage':
      throw new EngineError('invalid-argument', 'an image is pulled into the store, not pushed', {
        hint: `runcible tag gives an image another name`
      })
  }
}
