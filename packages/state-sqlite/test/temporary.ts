import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryRoot extends AsyncDisposable {
  readonly root: string
  /** Runs a program of `fixtures` on this root; it has written its first line when this resolves. */
  start(program: string, ...args: readonly string[]): Promise<ChildProcess>
}

/** A root of its own, and processes that end with it. */
export function temporaryRoot(): TemporaryRoot {
  const root = mkdtempSync(join(tmpdir(), 'state-'))
  const children: ChildProcess[] = []
  return {
    root,
    async start(program, ...args) {
      const script = join(import.meta.dirname, 'fixtures', program)
      const child = spawn(
        process.execPath,
        ['--conditions=source', '--disable-warning=ExperimentalWarning', script, root, ...args],
        {
          stdio: ['ignore', 'pipe', 'inherit']
        }
      )
      children.push(child)
      await once(child.stdout!, 'data')
      return child
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children.toReversed()) await killed(child)
      rmSync(root, { recursive: true })
    }
  }
}

/** Kills a process as the kernel does when memory is short: it cannot tidy up. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
