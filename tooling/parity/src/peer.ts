import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTier, type Tier } from './compare.ts'

/** A command of a peer (Podman 5.8, skopeo 1.22) with its visible flags: no second spellings, no deprecated ones. */
export interface PeerCommand {
  /** Without the program's name; empty for the program itself. */
  readonly name: string
  readonly tier: Tier
  /** Name without dashes → tier. */
  readonly flags: ReadonlyMap<string, Tier>
}

export type Peer = 'podman' | 'skopeo'

export const readPeer = (peer: Peer): PeerCommand[] =>
  parsePeer(readFileSync(join(import.meta.dirname, `../data/${peer}-flags.tsv`), 'utf8'))

/** Lines of `command`, `flag`, `tier` below a heading; a line without a flag stands for the command itself. */
export function parsePeer(text: string): PeerCommand[] {
  const commands = new Map<string, { name: string; tier: Tier; flags: Map<string, Tier> }>()
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [name, flag, tier] = line.split('\t')
    if (name === undefined || flag === undefined || !isTier(tier))
      throw new Error(`not a command, flag and tier: ${line}`)
    const command = commands.get(name) ?? { name, tier: 'A', flags: new Map<string, Tier>() }
    commands.set(name, command)
    if (flag === '') command.tier = tier
    else command.flags.set(flag, tier)
  }
  return [...commands.values()]
}
