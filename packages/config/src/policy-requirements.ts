import { resolve } from 'node:path'
import type { FulcioIdentity, KeySource, PolicyRequirement, SignedIdentity } from '@runcible/interface'
import {
  anyObject,
  at,
  list,
  member,
  objectWith,
  oneOf,
  text,
  wrong,
  type Members,
  type Place
} from './policy-check.ts'

/** One requirement object of a policy.json. */
export function readRequirement(value: unknown, place: Place): PolicyRequirement {
  const type = oneOf(anyObject(value, place)['type'], member(place, 'type'), [
    'insecureAcceptAnything',
    'reject',
    'signedBy',
    'sigstoreSigned',
    'signedBaseLayer'
  ])
  if (type === 'signedBy') return readSignedBy(value, place)
  if (type === 'sigstoreSigned') return readSigstoreSigned(value, place)
  // Refused when it is used: it may stand in a scope that nobody asks for.
  if (type === 'signedBaseLayer')
    return { type: 'unsupported', what: 'a signature of the base layer (signedBaseLayer)' }
  objectWith(value, place, ['type'])
  return { type }
}

const keyTypes = ['GPGKeys', 'signedByGPGKeys', 'X509Certificates', 'signedByX509CAs']

function readSignedBy(value: unknown, place: Place): PolicyRequirement {
  const members = objectWith(value, place, ['type', 'keyType', 'keyPath?', 'keyPaths?', 'keyData?', 'signedIdentity?'])
  const keyType = oneOf(members['keyType'], member(place, 'keyType'), keyTypes)
  const keys = readSources(members, place, { path: 'keyPath', paths: 'keyPaths', data: 'keyData' })
  if (keys === undefined) throw wrong(place, 'needs one of keyPath, keyPaths and keyData')
  if (keyType !== 'GPGKeys') return { type: 'unsupported', what: `a signature by keys of the type ${keyType}` }
  return {
    type: 'signedBy',
    keys,
    signedIdentity: readIdentity(members['signedIdentity'], member(place, 'signedIdentity'))
  }
}

const keyNames = { path: 'keyPath', paths: 'keyPaths', data: 'keyData', datas: 'keyDatas' }
const rekorNames = {
  path: 'rekorPublicKeyPath',
  paths: 'rekorPublicKeyPaths',
  data: 'rekorPublicKeyData',
  datas: 'rekorPublicKeyDatas'
}
const optional = (names: SourceNames) => Object.values(names).map((name) => `${name}?`)

function readSigstoreSigned(value: unknown, place: Place): PolicyRequirement {
  if (Object.hasOwn(anyObject(value, place), 'pki'))
    return { type: 'unsupported', what: 'a sigstore signature with a certificate of a private PKI (pki)' }
  const names = ['type', ...optional(keyNames), ...optional(rekorNames), 'fulcio?', 'signedIdentity?']
  const members = objectWith(value, place, names)
  const keys = readSources(members, place, keyNames)
  const rekorKeys = readSources(members, place, rekorNames) ?? []
  const hasFulcio = Object.hasOwn(members, 'fulcio')
  if ((keys === undefined) !== hasFulcio)
    throw wrong(place, 'needs exactly one of keyPath, keyPaths, keyData, keyDatas and fulcio')
  if (hasFulcio && rekorKeys.length === 0)
    throw wrong(place, 'has fulcio, and needs rekorPublicKeyPath or rekorPublicKeyData too')
  return {
    type: 'sigstoreSigned',
    signer: keys === undefined ? { fulcio: readFulcio(members['fulcio'], member(place, 'fulcio')) } : { keys },
    rekorKeys,
    signedIdentity: readIdentity(members['signedIdentity'], member(place, 'signedIdentity'))
  }
}

function readFulcio(value: unknown, place: Place): FulcioIdentity {
  const members = objectWith(value, place, ['caPath?', 'caData?', 'oidcIssuer', 'subjectEmail'])
  const ca = readSources(members, place, { path: 'caPath', data: 'caData' })
  if (ca === undefined) throw wrong(place, 'needs one of caPath and caData')
  return {
    ca: ca[0]!,
    oidcIssuer: text(members['oidcIssuer'], member(place, 'oidcIssuer')),
    subjectEmail: text(members['subjectEmail'], member(place, 'subjectEmail'))
  }
}

interface SourceNames {
  readonly path: string
  readonly paths?: string
  readonly data: string
  readonly datas?: string
}

/** Keys of one of these members; undefined when none is there. */
function readSources(members: Members, place: Place, names: SourceNames): readonly KeySource[] | undefined {
  const there = Object.values(names).filter((name) => Object.hasOwn(members, name))
  if (there.length === 0) return undefined
  const [name = ''] = there
  const where = member(place, name)
  if (there.length > 1) throw wrong(place, `has ${there.join(' and ')}, and may have only one of them`)
  const read = name === names.path || name === names.paths ? fileAt : bytesOf
  if (name === names.path || name === names.data) return [read(members[name], where)]
  return list(members[name], where).map((item, index) => read(item, at(where, `[${index}]`)))
}

const fileAt = (value: unknown, place: Place): KeySource => ({ path: resolve(text(value, place)) })

function bytesOf(value: unknown, place: Place): KeySource {
  const base64 = text(value, place)
  const data = Buffer.from(base64, 'base64')
  if (data.toString('base64') !== base64) throw wrong(place, 'is not base64')
  return { data }
}

const tagOrDigest = /(?::\w[\w.-]{0,127}|@[a-z0-9]+:[0-9a-f]{32,})$/
const hostOrPath = /^[a-zA-Z0-9.-]+(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/

function readIdentity(value: unknown, place: Place): SignedIdentity {
  if (value === undefined) return { type: 'matchRepoDigestOrExact' }
  const type = oneOf(anyObject(value, place)['type'], member(place, 'type'), [
    'matchExact',
    'matchRepoDigestOrExact',
    'matchRepository',
    'exactReference',
    'exactRepository',
    'remapIdentity'
  ])
  if (type === 'exactReference') {
    const dockerReference = readName('dockerReference', value, place)
    if (tagOrDigest.test(dockerReference)) return { type, dockerReference }
    throw wrong(member(place, 'dockerReference'), 'needs a tag or a digest')
  }
  if (type === 'exactRepository') {
    return { type, dockerRepository: readName('dockerRepository', value, place) }
  }
  if (type === 'remapIdentity') {
    const members = objectWith(value, place, ['type', 'prefix', 'signedPrefix'])
    return { type, prefix: prefixOf('prefix', members, place), signedPrefix: prefixOf('signedPrefix', members, place) }
  }
  objectWith(value, place, ['type'])
  return { type }
}

function readName(name: string, value: unknown, place: Place): string {
  return text(objectWith(value, place, ['type', name])[name], member(place, name))
}

function prefixOf(name: string, members: Members, place: Place): string {
  const prefix = text(members[name], member(place, name))
  if (hostOrPath.test(prefix)) return prefix
  throw wrong(member(place, name), 'must be host[:port][/namespace…] without tag or digest')
}
