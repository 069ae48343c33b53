export type RuntimeStatus = 'creating' | 'created' | 'running' | 'paused' | 'stopped'

/** What `runc state` prints. Runtime specification, "State". */
export interface RuntimeState {
  readonly ociVersion: string
  readonly id: string
  /** `paused` is runc's addition to the specification. */
  readonly status: RuntimeStatus
  /** Absent, or 0, when the container is stopped. */
  readonly pid?: number
  readonly bundle: string
  readonly rootfs?: string
  /** RFC 3339. */
  readonly created?: string
  readonly owner?: string
  readonly annotations?: Readonly<Record<string, string>>
}
