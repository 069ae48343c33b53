import type { SpecRlimit } from '@runcible/oci-spec'
import type { LogDriverName } from './log-store.ts'

/** What a container gets unless its spec says otherwise. The names follow the table `containers` of containers.conf(5). */
export interface ContainerDefaults {
  /** `NAME=value`. */
  readonly env: readonly string[]
  readonly ulimits: readonly SpecRlimit[]
  /** `default_capabilities` in the form `CAP_CHOWN`; absent: the engine's own set. */
  readonly capabilities?: readonly string[]
  readonly sysctls: Readonly<Record<string, string>>
  /** -1 for no limit. */
  readonly pidsLimit: number
  /** Bytes of /dev/shm. */
  readonly shmSize: number
  /** For example 0o022. */
  readonly umask: number
  /** Seconds between the stop signal and SIGKILL. */
  readonly stopTimeout: number
  readonly logDriver: LogDriverName
  /** Bytes; -1 for no limit. */
  readonly logMaxSize: number
  /** Network of a container that asks for none. */
  readonly network: string
  readonly dns: readonly string[]
  readonly dnsSearch: readonly string[]
  readonly dnsOptions: readonly string[]
  /** Executables to use as `--init`, the first that exists. */
  readonly initPaths: readonly string[]
  /** Absolute path of a profile; absent: the engine's own. */
  readonly seccompProfile?: string
}
