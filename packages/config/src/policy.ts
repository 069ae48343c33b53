import { isAbsolute, normalize } from 'node:path'
import type { PolicyRequirements, TrustPolicy } from '@runcible/interface'
import { parseStrictJson, SpecError } from '@runcible/oci-spec'
import { anyObject, at, list, member, objectWith, wrong, type Place } from './policy-check.ts'
import { readRequirement } from './policy-requirements.ts'

const maxPolicy = 8 * 1024 * 1024

/**
 * Reads a policy.json: containers-policy.json(5). What is not understood is never passed over.
 *
 * @throws EngineError `invalid-argument` with file and member; `unsupported` for requirements that cannot be checked.
 */
export function parsePolicy(file: string, content: string): TrustPolicy {
  const whole: Place = { file, path: '' }
  const members = objectWith(documentOf(file, content), whole, ['default', 'transports?'])
  const transports = Object.hasOwn(members, 'transports')
    ? anyObject(members['transports'], member(whole, 'transports'))
    : {}
  return {
    file,
    default: readRequirements(members['default'], member(whole, 'default')),
    transports: new Map(
      Object.entries(transports).map(([transport, scopes]) => [
        transport,
        readScopes(transport, scopes, member(member(whole, 'transports'), transport))
      ])
    )
  }
}

/** The parsed document, whatever it holds. `invalid-argument` when it is not JSON without repeated members. */
export function documentOf(file: string, content: string): unknown {
  try {
    return parseStrictJson(content, { maxBytes: maxPolicy })
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    throw wrong({ file, path: '' }, `cannot be read: ${error.message}`)
  }
}

function readScopes(transport: string, value: unknown, place: Place): ReadonlyMap<string, PolicyRequirements> {
  return new Map(
    Object.entries(anyObject(value, place)).map(([scope, requirements]) => {
      const where = at(place, `[${JSON.stringify(scope)}]`)
      checkScope(transport, scope, where)
      return [scope, readRequirements(requirements, where)]
    })
  )
}

const transportsOfPaths = ['dir', 'oci', 'oci-archive', 'docker-archive', 'sif', 'tarball']

/** A path that no image can have would be a rule without effect. */
function checkScope(transport: string, scope: string, place: Place): void {
  if (scope === '' || !transportsOfPaths.includes(transport)) return
  const clean = normalize(scope).replace(/\/$/, '')
  if (!isAbsolute(scope)) throw wrong(place, 'must be an absolute path')
  if (scope === '/') throw wrong(place, 'must be "" to stand for every path')
  if (clean !== scope) throw wrong(place, `must be written ${JSON.stringify(clean)}`)
}

const readRequirements = (value: unknown, place: Place): PolicyRequirements =>
  list(value, place).map((requirement, index) => readRequirement(requirement, at(place, `[${index}]`)))
