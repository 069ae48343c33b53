/**
 * Container networks: network namespaces, the built-in bridge, and CNI plugins.
 *
 * @packageDocumentation
 */
export { bridgeNetworks } from './bridge/bridge-networks.ts'
export type { BridgeNetworksInit } from './bridge/context.ts'
export { cniNetworks, type CniNetworksInit } from './cni/cni-networks.ts'
