/**
 * Compares the commands and flags of the command line with those of Podman and skopeo.
 * @packageDocumentation
 */
export { compare, type CommandComparison, type Tier, tiers } from './compare.ts'
export { ourCommands, type CommandFlags } from './our-commands.ts'
export { parsePeer, readPeer, type Peer, type PeerCommand } from './peer.ts'
export { counterpart, underSkopeoNames } from './skopeo.ts'
export { currentPage, documentPath } from './document.ts'
export { skopeoTable, tables } from './tables.ts'
