import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Issued {
  readonly certificate: string
  readonly key: string
}

export interface LeafInit {
  readonly email?: string
  readonly issuer?: string
  /** Extra lines of the extensions' section. */
  readonly extensions?: readonly string[]
  readonly codeSigning?: boolean
  /** As `openssl x509 -not_before` takes it, for example `20260101000000Z`. */
  readonly from?: string
  readonly to?: string
}

/** A CA as Fulcio is one, made by openssl(1). */
export interface TestAuthority extends Disposable {
  readonly root: Issued
  readonly intermediate: Issued
  leaf(init?: LeafInit, by?: Issued): Issued
}

export const oidcIssuer = 'https://issuer.example'
export const subjectEmail = 'alice@example.org'

export function testAuthority(intermediateExtensions: readonly string[] = caExtensions): TestAuthority {
  const home = mkdtempSync(join(tmpdir(), 'authority-'))
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] })
  const read = (name: string) => readFileSync(join(home, name), 'utf8')
  let serial = 0
  const key = (name: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', name)
  const issue = (
    subject: string,
    extensions: readonly string[],
    by: Issued | undefined,
    dates: LeafInit = {}
  ): Issued => {
    const name = `c${++serial}`
    key(`${name}.key`)
    openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
    writeFileSync(join(home, 'ext'), extensions.join('\n'))
    if (by !== undefined) {
      writeFileSync(join(home, 'by.pem'), by.certificate)
      writeFileSync(join(home, 'by.key'), by.key)
    }
    writeFileSync(join(home, 'index.txt'), '')
    // `openssl ca` is the one that takes dates.
    writeFileSync(join(home, 'ca.conf'), caConfig(home))
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.conf',
      '-notext',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-extfile',
      'ext',
      '-startdate',
      dates.from ?? '20200101000000Z',
      '-enddate',
      dates.to ?? '20400101000000Z',
      '-rand_serial',
      ...(by === undefined ? ['-selfsign', '-keyfile', `${name}.key`] : ['-cert', 'by.pem', '-keyfile', 'by.key'])
    )
    return { certificate: read(`${name}.pem`), key: read(`${name}.key`) }
  }
  const root = issue('/CN=test root', caExtensions, undefined)
  const intermediate = issue('/CN=test intermediate', intermediateExtensions, root)
  return {
    root,
    intermediate,
    leaf: (init = {}, by = intermediate) => issue('/CN=leaf', leafExtensions(init), by, init),
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true })
  }
}

export const caExtensions = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign',
  'subjectKeyIdentifier=hash'
]

const leafExtensions = ({
  email = subjectEmail,
  issuer = oidcIssuer,
  extensions = [],
  codeSigning = true
}: LeafInit) => [
  'keyUsage=critical,digitalSignature',
  ...(codeSigning ? ['extendedKeyUsage=codeSigning'] : ['extendedKeyUsage=serverAuth']),
  ...(email === '' ? [] : [`subjectAltName=critical,email:${email}`]),
  ...(issuer === '' ? [] : [`1.3.6.1.4.1.57264.1.1=DER:${Buffer.from(issuer).toString('hex')}`]),
  ...extensions
]

const caConfig = (home: string) => `[ca]
default_ca=d
[d]
dir=${home}
database=${home}/index.txt
serial=${home}/serial
rand_serial=yes
new_certs_dir=${home}
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
`
