import type { SpecIdMapping, SpecLinux } from './linux.ts'
import type { SpecProcess } from './process.ts'

/** A bundle's `config.json`. Runtime specification 1.0.2 and later, "Configuration". */
export interface RuntimeSpec {
  readonly ociVersion: string
  readonly process?: SpecProcess
  readonly root?: SpecRoot
  readonly hostname?: string
  readonly domainname?: string
  readonly mounts?: readonly SpecMount[]
  readonly hooks?: SpecHooks
  readonly annotations?: Readonly<Record<string, string>>
  readonly linux?: SpecLinux
}

export interface SpecRoot {
  /** Absolute, or relative to the bundle. */
  readonly path: string
  readonly readonly?: boolean
}

export interface SpecMount {
  /** Absolute path in the container. */
  readonly destination: string
  readonly type?: string
  readonly source?: string
  readonly options?: readonly string[]
  readonly uidMappings?: readonly SpecIdMapping[]
  readonly gidMappings?: readonly SpecIdMapping[]
}

export interface SpecHook {
  readonly path: string
  readonly args?: readonly string[]
  readonly env?: readonly string[]
  /** Seconds. */
  readonly timeout?: number
}

export interface SpecHooks {
  readonly prestart?: readonly SpecHook[]
  readonly createRuntime?: readonly SpecHook[]
  readonly createContainer?: readonly SpecHook[]
  readonly startContainer?: readonly SpecHook[]
  readonly poststart?: readonly SpecHook[]
  readonly poststop?: readonly SpecHook[]
}
