import { rlimitNames, unlimited, type SpecRlimit } from '@runcible/oci-spec'

const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/** Bytes of `64m`, `65536k`, `1.5g`, `512` (binary units, as Docker and Podman take them); undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text.trim())
  if (match === null) return undefined
  const bytes = Math.floor(Number(match[1]) * 1024 ** powers[match[2]!.toLowerCase()]!)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `nofile=1024:2048`, `nproc=100`, `memlock=-1:-1`; undefined when it is no limit. -1 and `unlimited` mean no limit. */
export function parseUlimit(text: string): SpecRlimit | undefined {
  const match = /^([a-z]+)=(-?\d+|unlimited)(?::(-?\d+|unlimited))?$/i.exec(text.trim())
  if (match === null) return undefined
  const type = rlimitNames.find((name) => name === `RLIMIT_${match[1]!.toUpperCase()}`)
  const soft = limit(match[2]!)
  const hard = limit(match[3] ?? match[2]!)
  if (type === undefined || soft === undefined || hard === undefined || soft > hard) return undefined
  return { type, soft, hard }
}

function limit(text: string): number | undefined {
  if (text === '-1' || text.toLowerCase() === 'unlimited') return unlimited
  const value = Number(text)
  return value >= 0 && Number.isSafeInteger(value) ? value : undefined
}

/** `0022` → 0o022; undefined when it is not octal or has more than permission bits. */
export function parseUmask(text: string): number | undefined {
  return /^0?[0-7]{1,3}$/.test(text) ? Number.parseInt(text, 8) : undefined
}
