import type { ContainerSpec } from '@runcible/interface'
import { UsageError } from '../../usage-error.ts'
import type { Flag } from '../flag.ts'
import type { FlagValues } from '../values.ts'

/** A part of a container specification with the flags that say it. */
export interface FlagGroup {
  readonly flags: readonly Flag[]
  /** Only what was given; pure but for files that flags name. */
  read(values: FlagValues, env: Readonly<Record<string, string | undefined>>): Partial<ContainerSpec>
}

/** Leaves out what is undefined, an empty list or an empty record: absent means default. */
export function onlyGiven<T extends object>(part: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept = Object.entries(part).filter(([, value]) => !isEmpty(value))
  return Object.fromEntries(kept) as T
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** The value of a boolean flag if it was given. */
export function givenBool(values: FlagValues, name: string): boolean | undefined {
  return values.has(name) ? values.bool(name) : undefined
}

/** A number that must not be below `least`. @throws UsageError */
export function atLeast(values: FlagValues, name: string, least: number): number | undefined {
  const value = values.number(name)
  if (value !== undefined && value < least)
    throw new UsageError(`invalid value for --${name}: ${value} is below ${least}`)
  return value
}
