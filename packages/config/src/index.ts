/**
 * Configuration of the engine: command-line flags, `RUNCIBLE_*` variables and the files that container users already
 * have (containers.conf, registries.conf, auth.json), merged into one frozen value. Nothing is read before it is asked for.
 *
 * @packageDocumentation
 */
export { loadConfig, type ConfigFlags, type ConfigRequest, type EngineConfig } from './engine-config.ts'
export type { EnginePaths } from './paths.ts'
export { editPolicy, type PolicyChange } from './policy-edit.ts'
export type { TrustPaths } from './policy-files.ts'
export { readSignaturePlaces } from './policy-places.ts'
export { findPolicy, openPolicy, parsePolicy } from './policy.ts'
export type { NetworkConfig, NetworkDriverName } from './network-conf.ts'
export {
  findRegistryRule,
  isInsecureRegistry,
  type RegistriesConfig,
  type RegistryMirror,
  type RegistryRule
} from './registries.ts'
export type { RuntimeConfig } from './runtime-conf.ts'
export { parseSize, parseUlimit } from './values.ts'
