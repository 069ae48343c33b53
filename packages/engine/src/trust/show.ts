import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { policyTools, type EngineConfig } from '@runcible/config'
import type {
  KeySource,
  PolicyRequirement,
  SignaturePlace,
  SignaturePlaces,
  TrustEntry,
  TrustFiles
} from '@runcible/interface'
import { signatureTools } from '@runcible/oci-image'
import { policyText } from './policy-files.ts'

const types: Readonly<Record<PolicyRequirement['type'], TrustEntry['type']>> = {
  unsupported: 'unknown',
  insecureAcceptAnything: 'accept',
  reject: 'reject',
  signedBy: 'signedBy',
  sigstoreSigned: 'sigstoreSigned'
}

/** Policy and places of signatures together, a requirement each. */
export async function showTrust(
  config: Pick<EngineConfig, 'trust'>,
  files: TrustFiles = {}
): Promise<readonly TrustEntry[]> {
  const { file, text } = policyText(config, files)
  const { parsePolicy, readSignaturePlaces } = await policyTools()
  const policy = parsePolicy(file, text)
  const { registriesDirectory } = files
  const places = await readSignaturePlaces(
    registriesDirectory === undefined
      ? config.trust
      : { ...config.trust, registriesDirectories: [resolve(registriesDirectory)] }
  )
  const entries: TrustEntry[] = []
  const add = async (transport: string | undefined, scope: string, requirements: readonly PolicyRequirement[]) => {
    for (const requirement of requirements) {
      entries.push({
        ...(transport === undefined ? {} : { transport }),
        scope,
        type: types[requirement.type],
        keyOwners: requirement.type === 'signedBy' ? await ownersOf(requirement.keys) : [],
        store: placeFor(places, scope)?.lookaside ?? ''
      })
    }
  }
  await add(undefined, '', policy.default)
  for (const [transport, scopes] of sorted(policy.transports))
    for (const [scope, requirements] of sorted(scopes)) await add(transport, scope, requirements)
  return entries
}

const sorted = <Value>(map: ReadonlyMap<string, Value>): readonly [string, Value][] =>
  [...map].toSorted(([one], [other]) => (one < other ? -1 : 1))

/** As Podman shows it: the longest scope that this one begins with, else the default. */
function placeFor(places: SignaturePlaces, scope: string): SignaturePlace | undefined {
  for (let rest = scope; rest !== ''; rest = rest.slice(0, Math.max(rest.lastIndexOf('/'), 0))) {
    const place = places.scopes.get(rest)
    if (place !== undefined) return place
  }
  return places.default
}

/** A key that cannot be read has no owner to show; the policy will say so when it is asked. */
async function ownersOf(keys: readonly KeySource[]): Promise<readonly string[]> {
  const { keyOwners } = await signatureTools()
  const owners = await Promise.all(
    keys.map(async (key) =>
      keyOwners('path' in key ? await readFile(key.path).catch(() => Buffer.alloc(0)) : key.data).catch(() => [])
    )
  )
  return owners.flat()
}
