import { SpecError } from './spec-error.ts'

/** The platform an image is for; names are Go's (`linux`, `amd64`, `arm64` …). OCI image index, "platform". */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly 'os.version'?: string
  readonly 'os.features'?: readonly string[]
  /** Of the processor; only Docker's manifest lists say something here. */
  readonly features?: readonly string[]
}

const architectureAliases = new Map<string, readonly [architecture: string, variant?: string]>([
  ['x86_64', ['amd64']],
  ['x86-64', ['amd64']],
  ['x64', ['amd64']],
  ['i386', ['386']],
  ['i486', ['386']],
  ['i586', ['386']],
  ['i686', ['386']],
  ['ia32', ['386']],
  ['aarch64', ['arm64']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
  ['loong64', ['loong64']],
  ['ppc64el', ['ppc64le']],
  ['mipsel', ['mipsle']],
  ['mips64el', ['mips64le']]
])

/**
 * The platform in one spelling: lower case, Go's architecture names, and the default variant left out
 * (`arm64/v8` and `amd64/v1` are plain, `arm` is `arm/v7`).
 */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase() === 'macos' ? 'darwin' : platform.os.toLowerCase()
  const spelled = platform.architecture.toLowerCase()
  const [architecture, implied] = architectureAliases.get(spelled) ?? [spelled]
  const variant = normalizeVariant(architecture, platform.variant || implied)
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(platform['os.version'] === undefined ? {} : { 'os.version': platform['os.version'] }),
    ...(platform['os.features'] === undefined ? {} : { 'os.features': platform['os.features'] })
  }
}

function normalizeVariant(architecture: string, variant: string | undefined): string | undefined {
  const lower = variant?.toLowerCase()
  const spelled = lower !== undefined && /^\d/.test(lower) ? `v${lower}` : lower
  if (architecture === 'arm64') return spelled === 'v8' || spelled === 'v8.0' ? undefined : spelled
  if (architecture === 'amd64') return spelled === 'v1' ? undefined : spelled
  if (architecture === 'arm') return spelled ?? 'v7'
  return spelled
}

const component = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/

/**
 * `os/architecture[/variant]`, normalised. A single word is an architecture when it is a known one (`arm64`), else an
 * operating system with the host's architecture.
 *
 * @throws SpecError on empty or malformed parts.
 */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/')
  if (parts.length > 3 || !parts.every((part) => component.test(part))) {
    throw new SpecError(`${JSON.stringify(text.slice(0, 100))} is not a platform like linux/arm64/v8`)
  }
  const [first = '', second, variant] = parts
  if (second !== undefined) {
    return normalizePlatform({ os: first, architecture: second, ...(variant === undefined ? {} : { variant }) })
  }
  const host = hostPlatform()
  const alone = normalizePlatform({ os: host.os, architecture: first })
  return knownArchitectures.has(alone.architecture) ? alone : normalizePlatform({ ...host, os: first })
}

const knownArchitectures = new Set([
  '386',
  'amd64',
  'arm',
  'arm64',
  'loong64',
  'mips',
  'mipsle',
  'mips64',
  'mips64le',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'wasm'
])

/** The platform of this process. Images are Linux images, whatever runs the client. */
export function hostPlatform(): Platform {
  return normalizePlatform({ os: 'linux', architecture: process.arch })
}

/** `os/architecture[/variant]`. */
export function formatPlatform(platform: Platform): string {
  const base = `${platform.os}/${platform.architecture}`
  return platform.variant === undefined ? base : `${base}/${platform.variant}`
}

/**
 * The candidate that suits `wanted` best, or `undefined` when none does.
 *
 * The exact variant comes first, then what the same processor also runs, best first: `arm/v7` takes v6 and v5, `arm64`
 * takes 32-bit arm only when asked for by name, `amd64/v3` takes v2 and v1. Candidates without a platform never match.
 */
export function matchPlatform<T extends { readonly platform?: Platform }>(
  wanted: Platform,
  candidates: readonly T[]
): T | undefined {
  for (const accepted of acceptedPlatforms(normalizePlatform(wanted))) {
    const found = candidates.find(
      (candidate) => candidate.platform !== undefined && samePlatform(accepted, candidate.platform)
    )
    if (found !== undefined) return found
  }
  return undefined
}

function samePlatform(accepted: Platform, candidate: Platform): boolean {
  const other = normalizePlatform(candidate)
  if (accepted.os !== other.os || accepted.architecture !== other.architecture) return false
  if ((accepted.variant ?? '') !== (other.variant ?? '')) return false
  return accepted['os.version'] === undefined || accepted['os.version'] === other['os.version']
}

/** `wanted` and what a machine of that kind also runs, in order of preference. Expects a normalised platform. */
export function acceptedPlatforms(wanted: Platform): readonly Platform[] {
  const { variant, ...plain } = wanted
  if (wanted.architecture === 'arm') return countDown(wanted, Number(/^v(\d)/.exec(variant ?? '')?.[1] ?? 7), 5)
  if (wanted.architecture === 'amd64' && variant !== undefined) {
    return [...countDown(wanted, Number(/^v(\d)/.exec(variant)?.[1] ?? 1), 2), plain]
  }
  if (wanted.architecture === 'arm64' && variant !== undefined) return [wanted, plain]
  return [wanted]
}

function countDown(wanted: Platform, from: number, to: number): readonly Platform[] {
  const accepted: Platform[] = [wanted]
  for (let level = from; level >= to; level--) {
    if (`v${level}` !== wanted.variant) accepted.push({ ...wanted, variant: `v${level}` })
  }
  return accepted
}
