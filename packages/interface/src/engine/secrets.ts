import type { CallOptions } from '../call-options.ts'
import type { SecretRecord, SecretSpec } from '../secret.ts'

/** Passwords, keys and the like. A secret is named by its name, its id, or a unique prefix of the id. */
export interface Secrets {
  /** `already-exists` for the name; `invalid-argument` for a bad name or size; `unsupported` for another driver. */
  create(spec: SecretSpec, options?: CallOptions): Promise<SecretRecord>
  /** By name. */
  list(): Promise<readonly SecretRecord[]>
  /** `not-found`. */
  inspect(name: string): Promise<SecretRecord>
  exists(name: string): Promise<boolean>
  /** Returns the id. Containers that have it keep their copy. `not-found`. */
  remove(name: string, options?: CallOptions): Promise<string>
  /** Its bytes. `not-found`. */
  reveal(name: string): Promise<Uint8Array>
}
