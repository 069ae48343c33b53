import { sortedRecord } from '@runcible/api-schema'
import { EngineError, type RemoteImage } from '@runcible/interface'
import {
  type ImageConfig,
  type ImageHistory,
  type ImageRunConfig,
  jsonLimits,
  type Manifest,
  parseImageConfig,
  parseJson,
  parseManifest,
  SpecError
} from '@runcible/oci-spec'

type Fields = Readonly<Record<string, unknown>>

/** What skopeo prints of an image, field by field in its order. */
export function remoteSummary(image: RemoteImage): Fields {
  const { manifest, config } = documents(image)
  return {
    ...(image.repository === undefined ? {} : { Name: image.repository }),
    Digest: image.digest,
    RepoTags: image.tags,
    Created: goTime(config.created) ?? null,
    DockerVersion: config.docker_version ?? '',
    Labels: config.config?.Labels === undefined ? null : sortedRecord(config.config.Labels),
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Layers: manifest.layers.map(({ digest }) => digest),
    LayersData: manifest.layers.map(({ mediaType, digest, size, annotations }) => ({
      MIMEType: mediaType,
      Digest: digest,
      Size: size,
      Annotations: annotations === undefined ? null : sortedRecord(annotations)
    })),
    Env: config.config?.Env ?? null
  }
}

/** The config, in the form of the OCI image specification, and the same by the names that Go templates use. */
export function remoteConfig(image: RemoteImage): { readonly json: Fields; readonly fields: Fields } {
  const { config } = documents(image)
  const { rootfs, history = [] } = config
  const run = config.config ?? {}
  const platform = { Variant: config.variant, OSVersion: config['os.version'], OSFeatures: config['os.features'] }
  return {
    json: {
      ...present({ created: goTime(config.created), author: config.author }),
      architecture: config.architecture,
      ...present({ 'os.version': platform.OSVersion, 'os.features': platform.OSFeatures, variant: platform.Variant }),
      os: config.os,
      config: runJson(run),
      rootfs: { type: rootfs.type, diff_ids: rootfs.diff_ids },
      ...present({ history: history.map(historyJson) })
    },
    fields: {
      Created: goTime(config.created) ?? '',
      Author: config.author ?? '',
      Architecture: config.architecture,
      OS: config.os,
      Variant: platform.Variant ?? '',
      OSVersion: platform.OSVersion ?? '',
      OSFeatures: platform.OSFeatures ?? [],
      Config: runFields(run),
      RootFS: { Type: rootfs.type, DiffIDs: rootfs.diff_ids },
      History: history.map(historyFields)
    }
  }
}

function documents(image: RemoteImage): { readonly manifest: Manifest; readonly config: ImageConfig } {
  const { manifest, config } = image
  if (manifest === undefined || config === undefined)
    throw new EngineError('internal', 'the manifest and the config were not asked for')
  try {
    return {
      manifest: parseManifest(parseJson(manifest, jsonLimits.manifest)),
      config: parseImageConfig(parseJson(config, jsonLimits.config))
    }
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw new EngineError('corrupt', `the description of image ${image.digest} is wrong: ${cause.message}`, { cause })
  }
}

function runFields(run: ImageRunConfig): Fields {
  return {
    User: run.User ?? '',
    ExposedPorts: sortedRecord<object>(run.ExposedPorts ?? {}),
    Env: run.Env ?? [],
    Entrypoint: run.Entrypoint ?? [],
    Cmd: run.Cmd ?? [],
    Volumes: sortedRecord<object>(run.Volumes ?? {}),
    WorkingDir: run.WorkingDir ?? '',
    Labels: sortedRecord(run.Labels ?? {}),
    StopSignal: run.StopSignal ?? '',
    ...(run.ArgsEscaped === true ? { ArgsEscaped: true } : {})
  }
}

const runJson = (run: ImageRunConfig): Fields => present(runFields(run))

const historyJson = (step: ImageHistory): Fields =>
  present({
    created: goTime(step.created),
    created_by: step.created_by,
    author: step.author,
    comment: step.comment,
    ...(step.empty_layer === true ? { empty_layer: true } : {})
  })

const historyFields = (step: ImageHistory): Fields => ({
  Created: goTime(step.created) ?? '',
  CreatedBy: step.created_by ?? '',
  Author: step.author ?? '',
  Comment: step.comment ?? '',
  EmptyLayer: step.empty_layer ?? false
})

/** Go's `omitempty`: without what is empty. */
function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Go prints a time without zeros at the end of its fraction. */
function goTime(time: string | undefined): string | undefined {
  return time?.replace(/\.(\d*?)0+(?=Z|[+-]\d\d:\d\d$)/i, (_, digits: string) => (digits === '' ? '' : `.${digits}`))
}
