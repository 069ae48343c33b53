import { inspectContainer, inspectImage, inspectNetwork, inspectVolume } from '@runcible/api-schema'
import { type Engine, isEngineError, type VolumeRecord } from '@runcible/interface'
import type { CommandContext } from '../command.ts'
import type { Flag } from '../flags/flag.ts'
import { escapeControls } from '../format/escape.ts'
import { goJsonIndented } from '../format/json.ts'
import { isJsonFormat } from '../format/list.ts'
import { compileTemplate } from '../format/template/template.ts'
import { exitCodes } from '../exit-code.ts'
import { errorReporter } from './report.ts'

export const inspectFormatFlag: Flag = {
  name: 'format',
  short: 'f',
  kind: 'string',
  value: 'template',
  help: 'json, or a Go template for each one'
}

/**
 * Prints the documents that `find` gives for the names, as one array or by a template. What was not found is reported,
 * the rest still printed; then the exit code is 125.
 */
export async function inspectObjects(
  { flags, stdio }: CommandContext,
  names: readonly string[],
  find: (name: string) => Promise<object>
): Promise<number> {
  const format = flags.text('format')?.replaceAll('\\t', '\t').replaceAll('\\n', '\n')
  const template = format === undefined || isJsonFormat(format) ? undefined : compileTemplate(format)
  const found: object[] = []
  const errors: unknown[] = []
  for (const name of names) {
    try {
      found.push(await find(name))
    } catch (error) {
      errors.push(error)
    }
  }
  if (template === undefined) stdio.stdout.write(`${goJsonIndented(found, 5, { plain: true })}\n`)
  else {
    const show = stdio.stdout.isTTY === true ? escapeControls : undefined
    for (const object of found) stdio.stdout.write(`${template.render(object, show)}\n`)
  }
  errors.forEach(errorReporter(stdio))
  return errors.length === 0 ? 0 : exitCodes.failure
}

export async function findContainer(engine: Engine, name: string, size: boolean): Promise<object> {
  const container = await engine.containers.inspect(name, { size })
  const volumes: VolumeRecord[] = []
  for (const mount of container.config.mounts) {
    if (mount.type !== 'volume' || mount.source === undefined) continue
    const volume = await orMissing(engine.volumes.inspect(mount.source))
    if (volume !== undefined) volumes.push(volume)
  }
  return inspectContainer(container, { volumes, ...(container.size === undefined ? {} : { size: container.size }) })
}

export async function findImage(engine: Engine, name: string): Promise<object> {
  return inspectImage(await engine.images.inspect(name))
}

export async function findVolume(engine: Engine, name: string): Promise<object> {
  return inspectVolume(await engine.volumes.inspect(name))
}

export async function findNetwork(engine: Engine, name: string): Promise<object> {
  return inspectNetwork(await engine.networks.inspect(name))
}

/** `undefined` instead of the error that something does not exist. */
export async function orMissing<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  try {
    return await promise
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}
