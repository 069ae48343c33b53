import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { stringify } from 'smol-toml'
import { homeOf, type Surroundings } from './config-files.ts'
import { isTable } from './layered-settings.ts'
import { readToml } from './toml.ts'

/** Where choices that a person made among registries are kept, containers-registries.conf(5). */
export function generatedAliasesFile(surroundings: Surroundings): string {
  const usual = () =>
    surroundings.uid === 0 ? '/var/cache/containers' : join(homeOf(surroundings) ?? '/', '.cache/containers')
  return join(surroundings.cacheDirectory ?? usual(), 'short-name-aliases.conf')
}

/** Adds to the aliases of that file: a short name, and the name with registry that it means, both without tag. */
export function rememberAlias(file: string, name: string, meaning: string): void {
  const content = readToml(file) ?? {}
  const known = isTable(content['aliases']) ? content['aliases'] : {}
  const text = stringify({ ...content, aliases: { ...known, [name]: meaning } })
  const temporary = `${file}.${process.pid}.${process.hrtime.bigint().toString(36)}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, `${text}\n`, { mode: 0o644, flag: 'wx' })
    renameSync(temporary, file)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw new EngineError('permission-denied', `cannot write ${file}: ${(cause as NodeJS.ErrnoException).code}`, {
      cause
    })
  }
}
