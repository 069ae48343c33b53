import type { TrustPolicy } from '@runcible/interface'
import type { SignaturePolicy } from './signature-policy.ts'

export interface SignaturePolicyInit {
  /** The configured policy; undefined when there is none: then everything is accepted. */
  readonly policy: () => TrustPolicy | undefined | Promise<TrustPolicy | undefined>
  /** Reads the policy of a file that a user named. */
  readonly open: (file: string) => TrustPolicy | Promise<TrustPolicy>
  /** Directory for keyrings while they are used; by default that of the system. */
  readonly tmp?: string
}

/** The signature policy of policy.json files. Each is read at every check, and nothing is loaded for one that accepts everything. */
export function signaturePolicy({ policy, open, tmp }: SignaturePolicyInit): SignaturePolicy {
  const read = async (file: string | false | undefined) => {
    if (file === false) return undefined
    const said = file === undefined ? await policy() : await open(file)
    return said === undefined || acceptsAnything(said) ? undefined : said
  }
  return {
    acceptsAll: async ({ policyFile } = {}) => (await read(policyFile)) === undefined,
    async check(source, manifest, options = {}) {
      const said = await read(options.policyFile)
      if (said === undefined) return
      await (await import('./check-policy.ts')).checkPolicy(said, source, manifest, { ...options, tmp })
    }
  }
}

/** What distributions ship. */
const acceptsAnything = ({ default: requirements, transports }: TrustPolicy): boolean =>
  [requirements, ...[...transports.values()].flatMap((scopes) => [...scopes.values()])]
    .flat()
    .every(({ type }) => type === 'insecureAcceptAnything')
