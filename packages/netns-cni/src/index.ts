/**
 * Container networks: network namespaces, the built-in bridge, and CNI plugins.
 *
 * @packageDocumentation
 */
export { bridgeNetworks, type BridgeNetworksInit } from './bridge/bridge-networks.ts'
