import type { Arch } from './arch.ts'
import { arm64 } from './arm64.ts'
import { x64 } from './x64.ts'

export type { Arch } from './arch.ts'

/** The tables of an architecture as Node names it; a clear error for one without tables. */
export const archOf = (name: string = process.arch): Arch => {
  if (name === 'x64') return x64
  if (name === 'arm64') return arm64
  throw new Error(`system call tables exist for x64 and arm64, not for ${name}`)
}
