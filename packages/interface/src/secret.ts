/** What is known of a secret, without its data. */
export interface SecretRecord {
  /** 25 hex characters. */
  readonly id: string
  readonly name: string
  /** Where the data is kept. `file`: below the engine's root, for root alone. */
  readonly driver: 'file'
  readonly labels: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

export interface SecretSpec {
  readonly name: string
  /** 1 to 511999 bytes. */
  readonly data: Uint8Array
  readonly labels?: Readonly<Record<string, string>>
  /** Only `file`, the default. */
  readonly driver?: string
  /** Take the place of a secret of that name; `existing` keeps it as it is. */
  readonly onExisting?: 'replace' | 'keep'
}

/** How a container gets a secret. */
export interface SecretUse {
  /** Name or id of the secret. */
  readonly secret: string
  /** `mount`, the default: a file. `env`: a variable of its process, and of those executed in it. */
  readonly type?: 'mount' | 'env'
  /** Path of the file, below /run/secrets unless absolute, or name of the variable; the secret's name when absent. */
  readonly target?: string
  /** Owner of the file, 0 when absent. */
  readonly uid?: number
  readonly gid?: number
  /** Permissions of the file; 0o444 when absent. */
  readonly mode?: number
}

/** What was decided of a `SecretUse`. The data lies in the container's own directory. */
export interface SecretConfig {
  readonly id: string
  readonly name: string
  readonly type: 'mount' | 'env'
  readonly target: string
  readonly uid: number
  readonly gid: number
  readonly mode: number
}
