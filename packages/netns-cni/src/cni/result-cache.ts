import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Invocation } from './invoke.ts'

/** What ADD was asked and gave, kept for DEL: plugins need it, and the configuration may have changed since. */
export interface ResultCache {
  /** Replaces what is kept for that container and device. */
  save(invocation: Invocation): void
  /** In order of the devices' names. */
  load(containerId: string): Invocation[]
  forget(containerId: string): void
}

export const resultCache = (directory: string): ResultCache => ({
  save(invocation) {
    const folder = join(directory, invocation.containerId)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `${invocation.device}.json`)
    writeFileSync(`${path}.new`, JSON.stringify(invocation), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  },
  load(containerId) {
    const folder = join(directory, containerId)
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
    return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Invocation)
  },
  forget: (containerId) => rmSync(join(directory, containerId), { recursive: true, force: true })
})
