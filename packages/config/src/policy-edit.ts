import { EngineError, type TrustType } from '@runcible/interface'
import { anyObject } from './policy-check.ts'
import { documentOf, parsePolicy } from './policy.ts'

export interface PolicyChange {
  /** Registry, namespace or repository; `default` for the policy's default. */
  readonly scope: string
  readonly type: TrustType
  /** Absolute. */
  readonly keyFiles: readonly string[]
}

/**
 * The text of a policy.json with one scope changed and everything else kept; `content` is undefined for a new file.
 *
 * @throws EngineError `invalid-argument`
 */
export function editPolicy(file: string, content: string | undefined, change: PolicyChange): string {
  const requirements = requirementsFor(change)
  const document = { ...(content === undefined ? {} : anyObject(documentOf(file, content), { file, path: '' })) }
  if (change.scope === 'default') document['default'] = requirements
  else {
    if (document['default'] === undefined) {
      throw new EngineError('invalid-argument', `${file}: the default trust policy must be set first`, {
        hint: 'runcible image trust set --type reject default'
      })
    }
    const transports = anyObject(document['transports'] ?? {}, { file, path: 'transports' })
    const docker = anyObject(transports['docker'] ?? {}, { file, path: 'transports.docker' })
    document['transports'] = { ...transports, docker: { ...docker, [change.scope]: requirements } }
  }
  const changed = `${JSON.stringify(document, undefined, 4)}\n`
  parsePolicy(file, changed)
  return changed
}

function requirementsFor({ type, keyFiles }: PolicyChange): readonly object[] {
  const needsKeys = type === 'signedBy' || type === 'sigstoreSigned'
  if (needsKeys && keyFiles.length === 0)
    throw new EngineError('invalid-argument', `at least one public key must be defined for type '${type}'`, {
      hint: 'add --pubkeysfile'
    })
  if (!needsKeys && keyFiles.length > 0)
    throw new EngineError(
      'invalid-argument',
      `${keyFiles.length} public keys unexpectedly provided for trust type ${type}`,
      { hint: 'leave --pubkeysfile out' }
    )
  if (type === 'accept') return [{ type: 'insecureAcceptAnything' }]
  if (type === 'reject') return [{ type }]
  return keyFiles.map((keyPath) => ({ type, ...(type === 'signedBy' ? { keyType: 'GPGKeys' } : {}), keyPath }))
}
