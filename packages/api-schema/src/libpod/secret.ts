import type { SecretRecord } from '@runcible/interface'
import { sortedRecord } from '../record.ts'
import { rfc3339 } from '../time.ts'

/** What libpod prints of one secret. */
export interface InspectSecret {
  readonly ID: string
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Spec: {
    readonly Name: string
    readonly Driver: { readonly Name: string; readonly Options: Readonly<Record<string, string>> }
    readonly Labels: Readonly<Record<string, string>>
  }
  /** Only when it was asked for. */
  readonly SecretData?: string
}

export function inspectSecret(secret: SecretRecord, data?: string): InspectSecret {
  return {
    ID: secret.id,
    CreatedAt: rfc3339(secret.createdAt),
    UpdatedAt: rfc3339(secret.updatedAt),
    Spec: {
      Name: secret.name,
      Driver: { Name: secret.driver, Options: {} },
      Labels: sortedRecord(secret.labels)
    },
    ...(data === undefined ? {} : { SecretData: data })
  }
}
