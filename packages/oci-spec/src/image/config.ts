import type { Digest } from '../digest.ts'

/** The configuration document of an image. OCI image specification, "Image Configuration". */
export interface ImageConfig {
  /** RFC 3339. */
  readonly created?: string
  readonly author?: string
  readonly architecture: string
  readonly variant?: string
  readonly os: string
  readonly 'os.version'?: string
  readonly 'os.features'?: readonly string[]
  readonly config?: ImageRunConfig
  readonly rootfs: ImageRootfs
  readonly history?: readonly ImageHistory[]
  /** Docker's: of the image as a whole. */
  readonly comment?: string
  /** Docker's: version of the program that made it. */
  readonly docker_version?: string
  /** Docker's: id of the container that it was made of. */
  readonly container?: string
}

export interface ImageRootfs {
  readonly type: 'layers'
  /** Digests of the unpacked layers, lowest first. */
  readonly diff_ids: readonly Digest[]
}

/** What a container of the image runs, unless told otherwise. */
export interface ImageRunConfig {
  readonly User?: string
  /** Keys are `port/protocol`. */
  readonly ExposedPorts?: Readonly<Record<string, object>>
  /** `NAME=value`. */
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  /** Keys are paths in the container. */
  readonly Volumes?: Readonly<Record<string, object>>
  readonly WorkingDir?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly StopSignal?: string
  /** Seconds (Docker). */
  readonly StopTimeout?: number
  readonly Healthcheck?: ImageHealthcheck
  /** The shell of the `RUN` form without an array (Docker). */
  readonly Shell?: readonly string[]
  readonly OnBuild?: readonly string[]
  readonly ArgsEscaped?: boolean
}

/** Docker's extension. Durations are nanoseconds. */
export interface ImageHealthcheck {
  /** `['NONE']`, `['CMD', …]` or `['CMD-SHELL', line]`. */
  readonly Test?: readonly string[]
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}

export interface ImageHistory {
  readonly created?: string
  readonly created_by?: string
  readonly author?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}
