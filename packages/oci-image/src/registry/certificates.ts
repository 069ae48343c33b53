import { readdir, readFile } from 'node:fs/promises'
import { EngineError } from '@runcible/interface'

/** What TLS with one host needs beside what the system trusts. PEM. */
export interface TlsMaterial {
  readonly authorities: readonly string[]
  /** Of the client, for servers that demand one. */
  readonly identities: readonly { readonly certificate: string; readonly key: string }[]
}

const none: TlsMaterial = { authorities: [], identities: [] }

/**
 * The first of the directories that has something for a host: `*.crt` are authorities, `NAME.cert` with `NAME.key` is
 * the client's own. containers-certs.d(5).
 *
 * @throws EngineError `invalid-argument` for a key without certificate or the reverse.
 */
export async function hostTlsMaterial(directories: readonly string[], host: string): Promise<TlsMaterial> {
  for (const directory of directories) {
    const found = await readTlsMaterial(`${directory}/${host}`)
    if (found !== undefined) return found
  }
  return none
}

/** `undefined` when there is no such directory, or it is not for this user. */
export async function readTlsMaterial(directory: string): Promise<TlsMaterial | undefined> {
  const names = await namesIn(directory)
  if (names === undefined) return undefined
  const here = new Set(names)
  const read = (name: string): Promise<string> => readPem(`${directory}/${name}`)
  for (const name of names) checkPair(directory, name, here)
  const [authorities, identities] = await Promise.all([
    Promise.all(names.filter((name) => name.endsWith('.crt')).map(read)),
    Promise.all(
      names
        .filter((name) => name.endsWith('.cert'))
        .map(async (name) => ({ certificate: await read(name), key: await read(keyOf(name)) }))
    )
  ])
  return { authorities, identities }
}

async function namesIn(directory: string): Promise<readonly string[] | undefined> {
  try {
    return (await readdir(directory)).toSorted()
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) return undefined
    throw unreadable(directory, error)
  }
}

const keyOf = (certificate: string): string => certificate.replace(/\.cert$/, '.key')
const certificateOf = (key: string): string => key.replace(/\.key$/, '.cert')

function checkPair(directory: string, name: string, here: ReadonlySet<string>): void {
  if (name.endsWith('.cert') && !here.has(keyOf(name))) {
    throw new EngineError(
      'invalid-argument',
      `the client certificate ${directory}/${name} has no key ${keyOf(name)} beside it`,
      { hint: 'put the key there; if it is the certificate of an authority, let its name end with .crt' }
    )
  }
  if (name.endsWith('.key') && !here.has(certificateOf(name))) {
    throw new EngineError(
      'invalid-argument',
      `the client key ${directory}/${name} has no certificate ${certificateOf(name)} beside it`,
      { hint: 'put the certificate there, or remove the key' }
    )
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

const unreadable = (path: string, error: unknown): EngineError =>
  new EngineError('permission-denied', `cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? 'failed'}`, {
    cause: error
  })
