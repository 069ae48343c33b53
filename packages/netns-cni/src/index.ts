/**
 * Container networks: network namespaces, the built-in bridge, and CNI plugins.
 *
 * @packageDocumentation
 */
export { bridgeNetworks } from './bridge/bridge-networks.ts'
export type { BridgeNetworksInit } from './bridge/context.ts'
export { cniNetworks } from './cni/cni-networks.ts'
export type { CniNetworksInit } from './cni/context.ts'
