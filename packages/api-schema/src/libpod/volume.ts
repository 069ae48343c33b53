import type { VolumeRecord } from '@runcible/interface'
import { sortedRecord } from '../record.ts'
import { rfc3339 } from '../time.ts'

/** What libpod prints of one volume. */
export interface InspectVolume {
  readonly Name: string
  readonly Driver: string
  readonly Mountpoint: string
  readonly CreatedAt: string
  readonly Labels: Readonly<Record<string, string>>
  readonly Scope: string
  readonly Options: Readonly<Record<string, string>>
  readonly Anonymous?: true
  readonly NeedsCopyUp?: true
}

export function inspectVolume(volume: VolumeRecord): InspectVolume {
  return {
    Name: volume.name,
    Driver: volume.driver,
    Mountpoint: volume.mountpoint,
    CreatedAt: rfc3339(volume.createdAt),
    Labels: sortedRecord(volume.labels),
    Scope: 'local',
    Options: sortedRecord(volume.options),
    ...(volume.anonymous ? { Anonymous: true } : {}),
    ...(volume.copiedUp ? {} : { NeedsCopyUp: true })
  }
}
