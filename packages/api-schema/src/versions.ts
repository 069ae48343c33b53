import { EngineError } from '@runcible/interface'

/** Versions of the two API families that are spoken: the newest, and the oldest that a client may ask for. */
export const apiVersions = {
  docker: { current: '1.41', minimum: '1.24' },
  libpod: { current: '5.0.0', minimum: '4.0.0' }
} as const

/**
 * Refuses a version in a path of the Docker API, as Docker words it.
 *
 * @throws EngineError `invalid-argument`
 */
export function checkDockerVersion(version: string): void {
  const { current, minimum } = apiVersions.docker
  const asked = numbersOf(version)
  if (compare(asked, numbersOf(minimum)) < 0) throw tooOld(version, minimum)
  if (compare(asked, numbersOf(current)) > 0) throw tooNew(version, current)
}

/**
 * Refuses a version in a path of the libpod API. Its clients do not negotiate and send their own version, so every
 * version of a known major number is taken.
 *
 * @throws EngineError `invalid-argument`
 */
export function checkLibpodVersion(version: string): void {
  const { current, minimum } = apiVersions.libpod
  const [major = 0] = numbersOf(version)
  if (major < numbersOf(minimum)[0]!) throw tooOld(version, minimum)
  if (major > numbersOf(current)[0]!) throw tooNew(version, current)
}

const numbersOf = (version: string): readonly number[] =>
  version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0)

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function tooOld(version: string, minimum: string): EngineError {
  return new EngineError(
    'invalid-argument',
    `client version ${version} is too old. Minimum supported API version is ${minimum}, please upgrade your client to a newer version`
  )
}

function tooNew(version: string, current: string): EngineError {
  return new EngineError(
    'invalid-argument',
    `client version ${version} is too new. Maximum supported API version is ${current}`
  )
}
