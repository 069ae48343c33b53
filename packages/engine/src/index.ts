/**
 * Assembles configuration and drivers into an `Engine`: the one place that knows every driver. A program imports this
 * package to run containers in-process; with the packages below it, it can put an engine together of its own parts.
 *
 * @packageDocumentation
 */
export { openEngine, type OpenEngineOptions } from './open-engine.ts'
export { assemble, type Assembly } from './assemble.ts'
export { engineSettings, type EngineIdentity, type EngineSettingsInit } from './engine-settings.ts'
export { stderrLogger } from './logger.ts'
export { loadConfig, type ConfigFlags, type ConfigRequest, type EngineConfig } from '@runcible/config'
export { localEngine, type EngineSettings, type HostFacts, type Parts } from '@runcible/lifecycle'
export { EngineError, isEngineError } from '@runcible/interface'
export type * from '@runcible/interface'
