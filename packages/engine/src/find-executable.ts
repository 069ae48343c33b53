import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** Places that may be missing from the PATH of a user who is not root. */
const systemDirectories = ['/usr/local/sbin', '/usr/sbin', '/sbin']

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first of `candidates` (absolute paths, or names looked for in the PATH) that can be executed. */
export function findExecutable(candidates: readonly string[], path = process.env['PATH'] ?? ''): string | undefined {
  const directories = [...path.split(delimiter).filter(isAbsolute), ...systemDirectories]
  for (const candidate of candidates) {
    const places = isAbsolute(candidate) ? [candidate] : directories.map((directory) => join(directory, candidate))
    const found = places.find(isExecutable)
    if (found !== undefined) return found
  }
  return undefined
}

/** The command that installs a package on this distribution, by the family that /etc/os-release names. */
export function installCommand(
  packages: Readonly<Record<'apt' | 'dnf' | 'apk' | 'pacman', string>>,
  osRelease = readOsRelease()
): string {
  const families = [osRelease['ID'], ...(osRelease['ID_LIKE'] ?? '').split(' ')]
  const is = (...names: readonly string[]) => families.some((family) => family !== undefined && names.includes(family))
  if (is('fedora', 'rhel', 'centos', 'suse')) return `dnf install ${packages.dnf}`
  if (is('alpine')) return `apk add ${packages.apk}`
  if (is('arch')) return `pacman -S ${packages.pacman}`
  return `apt-get install ${packages.apt}`
}

/** The fields of /etc/os-release: os-release(5). */
export function readOsRelease(path = '/etc/os-release'): Readonly<Record<string, string | undefined>> {
  try {
    const lines = readFileSync(path, 'utf8').split('\n')
    return Object.fromEntries(
      lines
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), unquote(line.slice(line.indexOf('=') + 1))])
    )
  } catch {
    return {}
  }
}

const unquote = (text: string) => text.replace(/^(["'])(.*)\1$/, '$2')
