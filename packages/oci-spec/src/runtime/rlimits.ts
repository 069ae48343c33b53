import { SpecError } from '../spec-error.ts'
import { defaultRlimits, rlimitNames, unlimited } from './defaults.ts'
import type { HostRlimits } from './input.ts'
import type { RlimitName, SpecRlimit } from './process.ts'

const known = new Set<string>(rlimitNames)

/**
 * The limits asked for over the defaults, each made one that this process may set: when it may not raise hard limits,
 * none is higher than its own.
 *
 * @throws SpecError when a limit is unknown, given twice, negative, or its soft part is above the hard one.
 */
export function resolveRlimits(requested: readonly SpecRlimit[] = [], host?: HostRlimits): readonly SpecRlimit[] {
  const limits = new Map<RlimitName, SpecRlimit>(defaultRlimits.map((limit) => [limit.type, limit]))
  const seen = new Set<RlimitName>()
  for (const limit of requested) {
    check(limit)
    if (seen.has(limit.type)) throw new SpecError(`limit ${limit.type} is given twice`, '/process/rlimits')
    seen.add(limit.type)
    limits.set(limit.type, limit)
  }
  return [...limits.values()].map((limit) => clamp(limit, host))
}

function check({ type, soft, hard }: SpecRlimit): void {
  if (!known.has(type))
    throw new SpecError(`there is no limit ${JSON.stringify(String(type).slice(0, 40))}`, '/process/rlimits')
  for (const value of [soft, hard]) {
    const valid = value === Infinity || value === unlimited || (Number.isSafeInteger(value) && value >= 0)
    if (!valid) throw new SpecError(`${value} is not a value of ${type}`, '/process/rlimits')
  }
  if (soft > hard)
    throw new SpecError(`the soft limit ${soft} of ${type} is above the hard limit ${hard}`, '/process/rlimits')
}

function clamp({ type, soft, hard }: SpecRlimit, host: HostRlimits | undefined): SpecRlimit {
  const own = host === undefined || host.mayRaise ? Infinity : (host.hard[type] ?? Infinity)
  const top = Math.min(hard, own, unlimited)
  return { type, soft: Math.min(soft, top), hard: top }
}
