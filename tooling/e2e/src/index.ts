/**
 * A sandbox for tests of the bundled command: an engine of its own in a temporary directory, undone in reverse order.
 *
 * @packageDocumentation
 */
export {
  cells,
  cellsWithoutSize,
  golden,
  type GoldenImage,
  goldenImages,
  pushGoldenImages,
  sorted,
  withoutHost
} from './golden.ts'
export { hostProgram } from './host-program.ts'
export { configured, repositories } from './images.ts'
export { added, directoryPrefix, engineState, hostState, type Leftovers } from './leaks.ts'
export { loadedModules, loadedText, type LoadedModules } from './loaded-modules.ts'
export { freePort } from '@runcible/fixtures'
export { oursOnly, startFailure } from './ours-only.ts'
export type { Invocation, Result, Running, RunOptions } from './program.ts'
export { openPodman, openSandbox, type PodmanPeer, type Sandbox } from './sandbox.ts'
export { isPodman, rootOf } from './subject.ts'
export type { Terminal } from './terminal.ts'
export { type FileSandbox, useSandbox } from './use-sandbox.ts'
export { waitFor, type WaitOptions } from './wait-for.ts'
