import { EngineError, type PolicyRequirement, type TrustPolicy } from '@runcible/interface'
import { isIndexMediaType, jsonLimits, parseIndex, parseJson } from '@runcible/oci-spec'
import { cleanText } from '../registry/redact.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { type VerifyContext, verifyContext } from './policy-context.ts'
import { findRule, type PolicyRule } from './scopes.ts'
import type { PolicyCheck } from './signature-policy.ts'
import type { ImageSignature } from './signature.ts'
import { SignatureError } from './signature-error.ts'
import type { KeyringOptions } from './simple/keyring.ts'

/** @throws EngineError as `SignaturePolicy.check`. */
export async function checkPolicy(
  policy: TrustPolicy,
  source: ImageSource,
  manifest: FetchedManifest,
  { tmp, ...options }: PolicyCheck & Pick<KeyringOptions, 'tmp'> = {}
): Promise<void> {
  const rule = findRule(policy, source)
  const refuse = refusal(policy, rule, source)
  await using context = verifyContext({ ...options, tmp })
  // One set of signatures for all requirements.
  const signatures = once(() => source.signatures(manifest.digest, options))
  const index = listing(options.within, manifest)
  const indexSignatures = once(async () => (index === undefined ? [] : source.signatures(index.digest, options)))
  for (const requirement of rule.requirements) {
    if (requirement.type === 'insecureAcceptAnything') continue
    if (requirement.type === 'reject') throw refuse('it refuses every image')
    if (requirement.type === 'unsupported') throw refuse(`it wants ${requirement.what}, which is not supported`)
    const verify = (found: readonly ImageSignature[], signed: FetchedManifest) =>
      reasonsAgainst(context, found, { requirement, source, signed })
    const reasons = await verify(await signatures(), manifest)
    if (reasons === undefined) continue
    const indexReasons = index === undefined ? [] : await verify(await indexSignatures(), index)
    if (indexReasons === undefined) continue
    throw refuse(
      `it wants ${wanted(requirement)}; ${[...new Set([...reasons, ...indexReasons])].join('; ') || 'no signature was found'}`
    )
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

type Signing = Extract<PolicyRequirement, { readonly type: 'signedBy' | 'sigstoreSigned' }>

interface Judged {
  readonly requirement: Signing
  readonly source: ImageSource
  readonly signed: FetchedManifest
}

/** Why none of the signatures is accepted, a line each; undefined when one is. */
async function reasonsAgainst(
  context: VerifyContext,
  signatures: readonly ImageSignature[],
  { requirement, source, signed }: Judged
): Promise<readonly string[] | undefined> {
  const reasons: string[] = []
  for (const signature of signatures) {
    try {
      await context.verify(signature, requirement, { manifest: signed, reference: source.reference })
      return undefined
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error
      reasons.push(`a signature ${cleanText(error.message)}`)
    }
  }
  return reasons
}

/** The index, if it really lists the manifest. */
function listing(index: FetchedManifest | undefined, manifest: FetchedManifest): FetchedManifest | undefined {
  if (index === undefined || !isIndexMediaType(index.mediaType)) return undefined
  const { manifests } = parseIndex(parseJson(index.bytes, jsonLimits.manifest))
  return manifests.some(({ digest }) => digest === manifest.digest) ? index : undefined
}

function wanted(requirement: Signing): string {
  if (requirement.type === 'signedBy') return `a signature by ${keyNames(requirement.keys)}`
  const { signer } = requirement
  if ('keys' in signer) return `a sigstore signature by ${keyNames(signer.keys)}`
  return `a sigstore signature by ${signer.fulcio.subjectEmail} of ${signer.fulcio.oidcIssuer}`
}

const keyNames = (keys: (Signing & { readonly type: 'signedBy' })['keys']): string =>
  keys.map((key) => ('path' in key ? key.path : 'the key in keyData')).join(' or ')

const refusal =
  (policy: TrustPolicy, rule: PolicyRule, source: ImageSource) =>
  (why: string): EngineError =>
    new EngineError('permission-denied', `${source.name} is refused by ${policy.file}: ${rule.name}: ${why}`, {
      subject: { kind: 'image', name: source.name },
      hint: 'see "runcible image trust show"; nothing of the image was stored'
    })
