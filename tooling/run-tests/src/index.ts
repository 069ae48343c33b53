/**
 * Runs the checks and every test of the repository, and counts them.
 * @packageDocumentation
 */
export { runStages } from './run-stages.ts'
export { stages, type Stage, type StageInput } from './stages.ts'
export { summary, type Tally } from './tally.ts'
export { count, type VitestReport } from './vitest.ts'
