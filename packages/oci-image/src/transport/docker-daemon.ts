import { type CallOptions, EngineError, type TransferRequest } from '@runcible/interface'
import type { OciImageStoreInit } from '../init.ts'
import { formatReference } from '../reference.ts'
import { type DaemonImage, daemonName } from './daemon/daemon-image.ts'
import { dockerApi, type DockerApi } from './daemon/docker-api.ts'
import { upload } from './daemon/upload.ts'
import { oneImageSource } from './docker-archive.ts'
import { dockerArchiveSink } from './docker-archive-sink.ts'
import type { ImageSink } from './image-sink.ts'
import type { ImageSource } from './image-source.ts'

export interface DaemonPlace extends CallOptions {
  readonly image: DaemonImage
  readonly init: Pick<OciImageStoreInit, 'userAgent'>
  readonly request: TransferRequest
  /** Directory for the copy of what is read: the daemon gives and takes whole archives only. */
  readonly tmp: string
}

const api = ({ init, request, signal }: Omit<DaemonPlace, 'tmp' | 'image'>): DockerApi =>
  dockerApi({ ...request, userAgent: init.userAgent, signal })

/** `docker-daemon:NAME` or `docker-daemon:sha256:ID`. The daemon is asked once, for all of the image. */
export function dockerDaemonSource(place: DaemonPlace): ImageSource {
  const image = daemonName(place.image)
  const daemon = api(place)
  const name = `docker-daemon:${image}`
  const source = oneImageSource({ input: daemon.save(image), place: name, tmp: place.tmp, signal: place.signal }, name)
  return {
    ...source,
    transport: 'docker-daemon',
    reference: 'reference' in place.image ? place.image.reference : undefined,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await daemon[Symbol.asyncDispose]()
    }
  }
}

/** `docker-daemon:NAME`: the daemon has the image once the sink is committed. */
export function dockerDaemonSink({ image, ...place }: DaemonPlace): ImageSink {
  if ('id' in image || image.reference.digest !== undefined) {
    throw new EngineError('invalid-argument', `docker-daemon:${daemonName(image)}: an image is written under a tag`, {
      hint: 'write docker-daemon:NAME:TAG'
    })
  }
  const daemon = api(place)
  const name = `docker-daemon:${formatReference(image.reference)}`
  const output = upload((archive, within) => daemon.load(archive, within))
  const sink = dockerArchiveSink({ place: name, output, tmp: place.tmp }, [image.reference])
  return {
    ...sink,
    transport: 'docker-daemon',
    name,
    async [Symbol.asyncDispose]() {
      await sink[Symbol.asyncDispose]()
      await daemon[Symbol.asyncDispose]()
    }
  }
}

/** Takes an image away from the daemon, as `docker rmi` does. */
export async function removeFromDaemon(place: Omit<DaemonPlace, 'tmp'>): Promise<void> {
  await using daemon = api(place)
  await daemon.remove(daemonName(place.image))
}
