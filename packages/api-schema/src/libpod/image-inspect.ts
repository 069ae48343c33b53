import type { ImageDetails } from '@runcible/interface'
import { dockerMediaTypes, type ImageHistory, type ImageRunConfig } from '@runcible/oci-spec'
import { nilMap, sortedRecord, withOptional } from '../record.ts'
import { rfc3339 } from '../time.ts'
import { layerDirectories } from './graph-data.ts'

/** What libpod prints of one image. */
export function inspectImage(image: ImageDetails): object {
  const { imageConfig, manifest, parent = '' } = image
  const config = imageConfig.config ?? {}
  const labels = config.Labels === undefined ? nilMap() : sortedRecord(config.Labels)
  // Only Docker's form has a comment of the image; for the others Podman takes that of the first step.
  const isDocker = manifest.mediaType === dockerMediaTypes.manifest
  const comment = isDocker ? imageConfig.comment : imageConfig.history?.[0]?.comment
  const health = isDocker ? config.Healthcheck : undefined
  return withOptional(
    {
      Id: image.id,
      Digest: manifest.digest,
      RepoTags: image.names,
      RepoDigests: image.digests,
      Parent: parent,
      Comment: comment ?? '',
      Created: imageConfig.created ?? rfc3339(image.createdAt),
      Config: runConfig(config),
      Version: imageConfig.docker_version ?? '',
      Author: imageConfig.author ?? '',
      Architecture: imageConfig.architecture,
      Os: imageConfig.os,
      Size: image.size,
      VirtualSize: image.size,
      GraphDriver: { Name: image.snapshotter, Data: layerDirectories(image.rootfs) },
      RootFS: { Type: imageConfig.rootfs.type, Layers: image.diffIds },
      Labels: labels,
      Annotations: sortedRecord(image.annotations),
      ManifestType: manifest.mediaType,
      User: config.User ?? '',
      History: (imageConfig.history ?? []).map(historyStep),
      NamesHistory: image.nameHistory ?? image.names,
      Healthcheck: health ?? null
    },
    { Healthcheck: health !== undefined }
  )
}

/** The members that the OCI image specification has. */
function runConfig(config: ImageRunConfig): object {
  const fields = {
    User: config.User ?? '',
    ExposedPorts: sortedRecord<object>(config.ExposedPorts ?? {}),
    Env: config.Env ?? [],
    Entrypoint: config.Entrypoint ?? [],
    Cmd: config.Cmd ?? [],
    Volumes: sortedRecord<object>(config.Volumes ?? {}),
    WorkingDir: config.WorkingDir ?? '',
    Labels: sortedRecord(config.Labels ?? {}),
    StopSignal: config.StopSignal ?? ''
  }
  const isThere = Object.entries(fields).map(([name, value]) => [name, sizeOf(value) > 0] as const)
  return withOptional(fields, Object.fromEntries(isThere))
}

const sizeOf = (value: string | readonly string[] | object): number =>
  typeof value === 'string' ? value.length : Object.keys(value).length

function historyStep(step: ImageHistory): object {
  return withOptional(
    {
      created: step.created ?? null,
      created_by: step.created_by ?? '',
      author: step.author ?? '',
      comment: step.comment ?? '',
      empty_layer: step.empty_layer ?? false
    },
    {
      created: step.created !== undefined,
      created_by: Boolean(step.created_by),
      author: Boolean(step.author),
      comment: Boolean(step.comment),
      empty_layer: step.empty_layer === true
    }
  )
}
