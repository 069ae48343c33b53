import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../measure/command.ts'

/** Whether a program of that name is on the PATH. */
export function isInstalled(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** The first version number that the program prints with the arguments; `undefined` when it does not run. */
export async function versionOf(file: string, ...args: readonly string[]): Promise<string | undefined> {
  const printed = await run({ file, args, env: {} }).catch(() => undefined)
  return printed === undefined ? undefined : (/\d+\.\d+\.\d+[\w.+-]*/.exec(printed.stdout)?.[0] ?? 'unknown')
}
