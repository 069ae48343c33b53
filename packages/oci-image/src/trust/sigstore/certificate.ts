import { createPublicKey, type KeyObject } from 'node:crypto'
import type { X509Certificate } from '@sigstore/core'
import { SignatureError } from '../signature-error.ts'

const oids = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  /** Fulcio: the issuer as bare text, and as UTF8String. */
  issuer: '1.3.6.1.4.1.57264.1.1',
  issuerV2: '1.3.6.1.4.1.57264.1.8'
} as const

/** A critical extension that is not understood makes a certificate invalid: RFC 5280 4.2. */
const understood: readonly string[] = [oids.keyUsage, oids.subjectAltName, oids.basicConstraints, oids.extendedKeyUsage]
const longestChain = 8
const mostCertificates = 32
const rfc822Name = 1

export interface CertificateDemand {
  /** Each of them counts as a root. */
  readonly roots: readonly X509Certificate[]
  readonly intermediates: readonly X509Certificate[]
  /** When all of the chain has to be valid. */
  readonly at: Date
  readonly oidcIssuer: string
  readonly subjectEmail: string
}

/** PEM certificates, as `@sigstore/core` reads them. */
export async function readCertificates(pem: string): Promise<readonly X509Certificate[]> {
  const { X509Certificate: Certificate } = await import('@sigstore/core')
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length > mostCertificates) throw new SignatureError(`has more than ${mostCertificates} certificates`)
  return readable(() => blocks.map((block) => Certificate.parse(block)))
}

/**
 * Verifies a certificate as Fulcio issues them, and gives its key.
 *
 * @throws SignatureError
 */
export function verifyCertificate(leaf: X509Certificate, demand: CertificateDemand): KeyObject {
  return readable(() => {
    const { at, oidcIssuer, subjectEmail } = demand
    if (!leaf.validForDate(at))
      throw new SignatureError(`has a certificate that was not valid when it was logged, at ${at.toISOString()}`)
    if (!allows(leaf, true)) throw new SignatureError('has a certificate that is not for code signing')
    if (!isIssued(leaf, demand, [leaf]))
      throw new SignatureError('has a certificate that no CA of the policy has issued')
    const issuer = issuerOf(leaf)
    if (issuer !== oidcIssuer)
      throw new SignatureError(`has a certificate for the OIDC issuer ${issuer ?? 'none'}, not ${oidcIssuer}`)
    const emails = emailsOf(leaf)
    if (!emails.includes(subjectEmail))
      throw new SignatureError(`has a certificate for ${emails.join(', ') || 'no e-mail address'}, not ${subjectEmail}`)
    return createPublicKey({ key: leaf.publicKey, format: 'der', type: 'spki' })
  })
}

/** Whatever the parser trips over, the certificate does not count. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SignatureError) throw error
    throw new SignatureError('has a certificate that cannot be read')
  }
}

/** Whether a chain of certificates leads from the last of `path` to a root. */
function isIssued(
  certificate: X509Certificate,
  demand: Pick<CertificateDemand, 'roots' | 'intermediates' | 'at'>,
  path: readonly X509Certificate[]
): boolean {
  if (path.length > longestChain || hasUnknown(certificate)) return false
  const mayIssue = (issuer: X509Certificate) =>
    issuer.isCA &&
    issuer.validForDate(demand.at) &&
    !hasUnknown(issuer) &&
    allows(issuer, false) &&
    // How many CA certificates may stand between this one and the leaf.
    (issuer.extBasicConstraints?.pathLenConstraint ?? BigInt(longestChain)) >= BigInt(path.length - 1) &&
    issuer.subject.equals(certificate.issuer) &&
    certificate.verify(issuer)
  if (demand.roots.some(mayIssue)) return true
  return demand.intermediates.some(
    (issuer) =>
      !path.some((earlier) => earlier.equals(issuer)) && mayIssue(issuer) && isIssued(issuer, demand, [...path, issuer])
  )
}

const hasUnknown = (certificate: X509Certificate): boolean =>
  certificate.extensions.some(
    ({ subs }) => subs.length === 3 && subs[1]?.toBoolean() === true && !understood.includes(subs[0]!.toOID())
  )

function allows(certificate: X509Certificate, demanded: boolean): boolean {
  const usages = certificate.extension(oids.extendedKeyUsage)?.valueObj.subs[0]?.subs.map((usage) => usage.toOID())
  return usages === undefined ? !demanded : usages.includes(oids.codeSigning)
}

/** Undefined when there is none, or when two say different things. */
function issuerOf(certificate: X509Certificate): string | undefined {
  const values = [oids.issuer, oids.issuerV2].flatMap((oid) =>
    certificate.extensions
      .filter(({ subs }) => subs[0]?.toOID() === oid)
      .map(({ subs }) => {
        const value = subs.at(-1)!
        return (oid === oids.issuer ? value.value : value.subs[0]!.value).toString('utf8')
      })
  )
  return new Set(values).size === 1 ? values[0] : undefined
}

function emailsOf(certificate: X509Certificate): readonly string[] {
  const names = certificate.extension(oids.subjectAltName)?.valueObj.subs[0]?.subs ?? []
  return names.filter((name) => name.tag.isContextSpecific(rfc822Name)).map((name) => name.value.toString('latin1'))
}
