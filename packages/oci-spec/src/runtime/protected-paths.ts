import { SpecError } from '../spec-error.ts'
import { defaultMaskedPaths, defaultReadonlyPaths, thermalThrottlePaths } from './defaults.ts'
import type { SpecInput } from './input.ts'

type PathInput = Pick<SpecInput, 'mask' | 'unmask' | 'cpuCount' | 'privileged'>

/** What `/proc` and `/sys` hide and protect. Privileged containers see everything but what is masked by name. */
export function protectedPaths(input: PathInput): {
  readonly masked: readonly string[]
  readonly readonly: readonly string[]
} {
  const own = input.mask ?? []
  for (const path of own) {
    if (!path.startsWith('/') || path.split('/').includes('..')) {
      throw new SpecError(`${JSON.stringify(path.slice(0, 200))} is not an absolute path`, '/linux/maskedPaths')
    }
  }
  if (input.privileged === true) return { masked: own, readonly: [] }
  const unmask = input.unmask ?? []
  const kept = (path: string): boolean => !unmask.some((pattern) => matches(pattern, path))
  const masked = [...defaultMaskedPaths, ...thermalThrottlePaths(input.cpuCount ?? 0)].filter(kept)
  return { masked: [...new Set([...masked, ...own])], readonly: defaultReadonlyPaths.filter(kept) }
}

function matches(pattern: string, path: string): boolean {
  if (pattern.toUpperCase() === 'ALL' || pattern === path) return true
  return pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1))
}
