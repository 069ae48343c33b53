/** A way out of a container that a version of runc leaves open. */
export interface KnownHole {
  readonly id: string
  readonly summary: string
}

interface Advisory extends KnownHole {
  /** First good version of each line that got one, such as `1.2.8`. */
  readonly fixedIn: readonly string[]
}

const advisories: readonly Advisory[] = [
  { id: 'CVE-2019-5736', summary: 'a container may overwrite the runtime itself', fixedIn: ['1.0.0'] },
  { id: 'CVE-2021-30465', summary: 'a race of symbolic links may mount the host into a container', fixedIn: ['1.0.0'] },
  { id: 'CVE-2024-21626', summary: 'a leaked descriptor gives a container the host file system', fixedIn: ['1.1.12'] },
  {
    id: 'CVE-2025-31133',
    summary: 'masked paths may be replaced by links to files of the host',
    fixedIn: ['1.2.8', '1.3.3', '1.4.0']
  },
  {
    id: 'CVE-2025-52565',
    summary: '/dev/console may be mounted over files of the host',
    fixedIn: ['1.2.8', '1.3.3', '1.4.0']
  },
  {
    id: 'CVE-2025-52881',
    summary: 'writes to /proc may be redirected to other files of it',
    fixedIn: ['1.2.8', '1.3.3', '1.4.0']
  }
]

type Triple = readonly [number, number, number]

const numbers = (version: string): Triple | undefined => {
  const [, major, minor, patch] = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(version) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

const order = (left: Triple, right: Triple): number => left[0] - right[0] || left[1] - right[1] || left[2] - right[2]

/** Fixed when at least as new as the fix of its own line, or as the last fix of all. A pre-release counts as its release. */
const isFixed = (version: Triple, fixedIn: readonly string[]): boolean => {
  const fixes = fixedIn.map(numbers).filter((fix) => fix !== undefined)
  const own = fixes.find((fix) => fix[0] === version[0] && fix[1] === version[1])
  const newest = fixes.at(-1)
  return own === undefined ? newest !== undefined && order(version, newest) >= 0 : order(version, own) >= 0
}

/**
 * Known escapes that a version of runc is open to, as far as its number tells; every one for a number that cannot be read.
 * A distribution that mends its packages keeps the old number: with `distributionPatched` the answer is empty, and it is
 * the distribution's tracker that knows.
 */
export const knownHoles = (version: string, distributionPatched = false): readonly KnownHole[] => {
  if (distributionPatched) return []
  const parsed = numbers(version)
  return advisories
    .filter(({ fixedIn }) => parsed === undefined || !isFixed(parsed, fixedIn))
    .map(({ id, summary }) => ({ id, summary }))
}
