/**
 * Configuration of the engine: command-line flags, `RUNCIBLE_*` variables and the files that container users already
 * have (containers.conf, registries.conf, auth.json), merged into one frozen value. Nothing is read before it is asked for.
 *
 * @packageDocumentation
 */
export { loadConfig, type ConfigFlags, type ConfigRequest, type EngineConfig } from './engine-config.ts'
export type { EnginePaths } from './paths.ts'
export type { PolicyChange } from './policy-edit.ts'
export { findPolicy, openPolicy, type PolicyText, type TrustPaths } from './policy-files.ts'
export type { NetworkConfig, NetworkDriverName } from './network-conf.ts'
export {
  findRegistryRule,
  isInsecureRegistry,
  type RegistriesConfig,
  type RegistryMirror,
  type RegistryRule
} from './registries.ts'
export type { RuntimeConfig } from './runtime-conf.ts'
export { rememberAlias } from './short-name-aliases.ts'
export { parseSize, parseUlimit } from './values.ts'

/** Reading and changing policy.json and registries.d; loaded when it is called. */
export const policyTools = () => import('./policy-tools.ts')
