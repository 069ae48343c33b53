/**
 * runc, or any OCI runtime with its command line, behind conmon: containers that need no daemon and outlive the process
 * that made them.
 *
 * @packageDocumentation
 */
export { runc } from './runc-runtime.ts'
export type { Deadlines, RuncInit } from './settings.ts'
export { conmon, type ConmonInit } from './monitor/conmon.ts'
export type { MonitorRuntime } from './monitor/conmon-args.ts'
export { findExecutable } from './find-executable.ts'
export { knownHoles, type KnownHole } from './known-holes.ts'
