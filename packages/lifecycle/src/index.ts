/**
 * The local engine: what happens, in which order, when a container is created, started, stopped or removed. It sees
 * contracts only; the drivers behind them are handed in, so that each can be swapped.
 *
 * @packageDocumentation
 */
export { localEngine } from './engine.ts'
export type { EngineSettings, HostFacts, Parts } from './settings.ts'
export { attendanceLock } from './lock-names.ts'
export { resolveConfig, type ConfigInput } from './containers/resolve-config.ts'
export { resolveUser, type UserRequest } from './containers/user.ts'
