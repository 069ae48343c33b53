import type { Stage, StageInput } from './stages.ts'
import { add, nothing, oneFailed, type Tally } from './tally.ts'

/** Why a stage cannot run now, and how it can; undefined when it can. */
function obstacle(stage: Stage, failed: ReadonlySet<string>, isRoot: boolean): string | undefined {
  if (stage.needsRoot && !isRoot) {
    return `needs root: it mounts, makes network namespaces and starts containers. Run:\n\n  sudo env "PATH=$PATH" npm test\n`
  }
  if (stage.after !== undefined && failed.has(stage.after)) return `not run, because ${stage.after} failed`
  return undefined
}

/** Runs stages one after the other; a failure never keeps an independent later stage from running. */
export async function runStages(stages: readonly Stage[], input: StageInput, isRoot: boolean): Promise<Tally> {
  const failed = new Set<string>()
  let total = nothing
  for (const stage of stages) {
    console.log(`\n── ${stage.name}: ${stage.title}`)
    const reason = obstacle(stage, failed, isRoot)
    if (reason) console.log(`  ✘ ${stage.name}: ${reason}`)
    const tally = reason ? oneFailed : await stage.run(input)
    if (tally.failed > 0) failed.add(stage.name)
    total = add(total, tally)
  }
  return total
}
