/**
 * Compares the commands and flags of the command line with those of Podman.
 * @packageDocumentation
 */
export { compare, type CommandComparison, type Tier, tiers } from './compare.ts'
export { ourCommands, type CommandFlags } from './our-commands.ts'
export { parsePeer, readPeer, type PeerCommand } from './peer.ts'
export { currentPage, documentPath } from './document.ts'
export { tables } from './tables.ts'
