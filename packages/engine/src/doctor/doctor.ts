import { release } from 'node:os'
import type { Diagnosis } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { kernelChecks } from './kernel.ts'
import { networkChecks } from './network.ts'
import { privilegeChecks } from './privileges.ts'
import { hostProbe, type Probe, type ProgramPaths } from './probe.ts'
import { cniPlugins, programChecks } from './programs.ts'
import { runtimeHoles } from './runtime-holes.ts'

/** Looks at everything that containers need of a host. */
function diagnose(probe: Probe): Promise<readonly Diagnosis[]> {
  const checks = [...privilegeChecks, ...kernelChecks, ...programChecks, runtimeHoles, cniPlugins, ...networkChecks]
  return Promise.all(checks.map((check) => check(probe)))
}

/** The same, of this host. */
export const diagnoseHost = (linux: Linux, configured: ProgramPaths = {}): Promise<readonly Diagnosis[]> =>
  diagnose(hostProbe(linux, release(), configured))
