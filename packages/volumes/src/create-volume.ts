import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { EngineError, type CallOptions, type VolumeRecord, type VolumeSpec } from '@runcible/interface'
import { dataOf, folderOf, lockVolume, type Context } from './context.ts'
import { volumeError } from './errors.ts'
import { finishLeftover, removeEmptyFolder } from './leftover.ts'
import { anonymousName, checkVolumeName } from './volume-name.ts'
import { parseVolumeOptions, type VolumeSource } from './volume-options.ts'

const driverName = 'local'

/** Records the volume as being made, makes its folder, then shows it. */
export async function createVolume(context: Context, spec: VolumeSpec, options?: CallOptions): Promise<VolumeRecord> {
  const name = spec.name ?? anonymousName()
  checkVolumeName(name)
  checkDriver(spec.driver ?? driverName)
  const { source } = parseVolumeOptions(spec.options ?? {})
  const record: VolumeRecord = {
    name,
    driver: driverName,
    mountpoint: dataOf(context, name),
    labels: { ...spec.labels },
    options: { ...spec.options },
    anonymous: spec.anonymous ?? spec.name === undefined,
    createdAt: Date.now(),
    copiedUp: false
  }
  await using _lock = await lockVolume(context, name, options)
  finishLeftover(context, name)
  context.state.volumes.insert({ id: name, record, phase: 'making' })
  try {
    makeFolder(context, name, source)
    context.state.volumes.update(name, () => ({ id: name, record }))
  } catch (error) {
    removeEmptyFolder(context, name)
    context.state.volumes.delete(name)
    throw volumeError(error, name, 'making')
  }
  return record
}

function checkDriver(driver: string): void {
  if (driver === driverName) return
  throw new EngineError('unsupported', `there is no volume driver ${JSON.stringify(driver.slice(0, 80))}`, {
    hint: 'use the driver local'
  })
}

/**
 * A folder that is there already belongs to a volume that the state has forgotten: its data is kept. Containers see the
 * mode of `_data`; nobody else gets as far as that.
 */
function makeFolder(context: Context, name: string, source: VolumeSource): void {
  const data = dataOf(context, name)
  mkdirSync(folderOf(context, name), { recursive: true, mode: 0o700 })
  if (mkdirSync(data, { recursive: true }) === undefined) return
  chmodSync(data, 0o755)
  if (source.kind === 'directory' && (source.uid !== undefined || source.gid !== undefined)) {
    chownSync(data, source.uid ?? 0, source.gid ?? 0)
  }
}
