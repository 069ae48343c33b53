import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError, type SignaturePlace, type SignaturePlaces } from '@runcible/interface'
import { unreadable } from './config-files.ts'
import { anyObject, at, member, objectWith, wrong, type Place } from './policy-check.ts'
import type { TrustPaths } from './policy-files.ts'

/**
 * Reads registries.d: the first of the directories that exists, its `*.yaml`. A scope, or the default, may be said in
 * one file only.
 *
 * @throws EngineError `invalid-argument` with file and member.
 */
export async function readSignaturePlaces(
  paths: Pick<TrustPaths, 'registriesDirectories' | 'signatureDirectory'>
): Promise<SignaturePlaces> {
  const scopes = new Map<string, { readonly place: SignaturePlace; readonly file: string }>()
  let whole: { readonly place: SignaturePlace; readonly file: string } | undefined
  for (const file of yamlFiles(paths.registriesDirectories)) {
    const where: Place = { file, path: '' }
    const content = await readYaml(file)
    const members = objectWith(content ?? {}, where, ['default-docker?', 'docker?'])
    if (members['default-docker'] !== undefined) {
      const place = member(where, 'default-docker')
      if (whole !== undefined) throw wrong(place, `is also in ${whole.file}`)
      whole = { place: readPlace(members['default-docker'], place), file }
    }
    for (const [scope, value] of Object.entries(anyObject(members['docker'] ?? {}, member(where, 'docker')))) {
      const place = at(member(where, 'docker'), `[${JSON.stringify(scope)}]`)
      const other = scopes.get(scope)
      if (other !== undefined) throw wrong(place, `is also in ${other.file}`)
      scopes.set(scope, { place: readPlace(value, place), file })
    }
  }
  return {
    scopes: new Map([...scopes].map(([scope, { place }]) => [scope, place])),
    ...(whole === undefined ? {} : { default: whole.place }),
    fallback: `file://${paths.signatureDirectory}`
  }
}

function yamlFiles(directories: readonly string[]): readonly string[] {
  for (const directory of directories) {
    try {
      const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'))
      return names.sort().map((name) => join(directory, name))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(directory, error)
    }
  }
  return []
}

async function readYaml(file: string): Promise<unknown> {
  const { parse } = await import('yaml')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
  try {
    // Its warnings would go to the standard error past everything that cleans what is shown.
    return parse(text, { maxAliasCount: 0, logLevel: 'error' })
  } catch (error) {
    const [what = ''] = (error as Error).message.split('\n')
    throw new EngineError('invalid-argument', `${file}: ${what}`, { hint: 'mend the file', cause: error })
  }
}

function readPlace(value: unknown, place: Place): SignaturePlace {
  const names = ['lookaside?', 'lookaside-staging?', 'sigstore?', 'sigstore-staging?', 'use-sigstore-attachments?']
  const members = objectWith(value ?? {}, place, names)
  const url = (name: string, old: string) => {
    const used = members[name] === undefined ? old : name
    return members[used] === undefined ? undefined : urlOf(members[used], member(place, used))
  }
  const lookaside = url('lookaside', 'sigstore')
  const staging = url('lookaside-staging', 'sigstore-staging')
  const attachments = members['use-sigstore-attachments']
  if (attachments !== undefined && typeof attachments !== 'boolean')
    throw wrong(member(place, 'use-sigstore-attachments'), 'must be true or false')
  return {
    ...(lookaside === undefined ? {} : { lookaside }),
    ...(staging === undefined ? {} : { staging }),
    ...(attachments === undefined ? {} : { attachments })
  }
}

function urlOf(value: unknown, place: Place): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['file:', 'http:', 'https:'].includes(url.protocol))
    throw wrong(place, 'must be a file, http or https URL')
  if (url.search !== '' || url.hash !== '' || url.password !== '')
    throw wrong(place, 'must have neither credentials nor a query')
  return value as string
}
