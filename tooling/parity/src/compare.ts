import type { CommandFlags } from './our-commands.ts'
import type { PeerCommand } from './peer.ts'

/** How much a command or flag is used: A daily in scripts, B commonly, C rarely or on other platforms only. */
export const tiers = ['A', 'B', 'C'] as const
export type Tier = (typeof tiers)[number]

export const isTier = (text: string | undefined): text is Tier => tiers.some((tier) => tier === text)

export interface CommandComparison {
  readonly name: string
  readonly tier: Tier
  /** Absent: we have no such command. */
  readonly flags?: FlagComparison
}

/** Names without dashes, sorted. */
export interface FlagComparison {
  readonly both: readonly string[]
  readonly missing: Readonly<Record<Tier, readonly string[]>>
  /** Only ours. */
  readonly ours: readonly string[]
}

/** Every command of the peer beside ours of the same name. */
export function compare(peer: readonly PeerCommand[], ours: readonly CommandFlags[]): CommandComparison[] {
  const byName = new Map(ours.flatMap((command) => command.names.map((name) => [name, command] as const)))
  return peer.map(({ name, tier, flags }) => {
    const own = byName.get(name)
    return own === undefined ? { name, tier } : { name, tier, flags: compareFlags(flags, own) }
  })
}

function compareFlags(theirs: ReadonlyMap<string, Tier>, own: CommandFlags): FlagComparison {
  const names = [...theirs.keys()].toSorted()
  const missing = (tier: Tier) => names.filter((name) => theirs.get(name) === tier && !own.flags.includes(name))
  return {
    both: names.filter((name) => own.flags.includes(name)),
    missing: { A: missing('A'), B: missing('B'), C: missing('C') },
    ours: own.flags.filter((name) => !theirs.has(name)).toSorted()
  }
}
