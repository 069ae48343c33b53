export interface VolumeRecord {
  readonly name: string
  readonly driver: string
  /** Directory on the host that holds the data. */
  readonly mountpoint: string
  readonly labels: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, string>>
  /** Made for one container, and removed with it by `rm -v` or `--rm`. */
  readonly anonymous: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Whether the image's content was copied in at its first mount. */
  readonly copiedUp: boolean
}

export interface VolumeSpec {
  /** Absent: 64 random hex characters. */
  readonly name?: string
  readonly driver?: string
  readonly labels?: Readonly<Record<string, string>>
  /** `type`, `device`, `o` as in `podman volume create --opt`. */
  readonly options?: Readonly<Record<string, string>>
  readonly anonymous?: boolean
}
