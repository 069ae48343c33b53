import type { Benchmark } from '../benchmark.ts'
import { load, save } from './archive.ts'
import { exec } from './exec.ts'
import { inProcess } from './in-process.ts'
import { memory } from './memory.ts'
import { parallel } from './parallel.ts'
import { ps } from './ps.ts'
import { pull2000, pull40000, pullLarge } from './pull.ts'
import { pullAgain } from './pull-again.ts'
import { runBridge, runBridgeBusy, runNone } from './run.ts'
import { version } from './version.ts'

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  version,
  runBridge,
  runBridgeBusy,
  runNone,
  exec,
  inProcess,
  parallel,
  memory,
  ps,
  pullLarge,
  pull2000,
  pull40000,
  pullAgain,
  save,
  load
]
