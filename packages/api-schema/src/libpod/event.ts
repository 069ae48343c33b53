import type { EngineEvent } from '@runcible/interface'
import { nilMap, sortedRecord, withOptional } from '../record.ts'

const nanoseconds = 1_000_000_000n

/** Attributes of a container's event that are no label of it and have a field of their own. */
const fieldAttributes = new Set(['image', 'containerExitCode'])

/**
 * One event as `podman events --format json` prints it. A template can name the fields that an event does not have, and
 * `TimeNano`. `time` is what to show as the time.
 */
export function printEvent(event: EngineEvent, time = nanosecondTime(event.time)): object {
  const ofContainer = event.type === 'container'
  const exitCode = event.attributes['containerExitCode']
  const image = ofContainer ? (event.attributes['image'] ?? '') : ''
  const others = Object.entries(event.attributes).filter(([name]) => !(ofContainer && fieldAttributes.has(name)))
  const hasAttributes = ofContainer || others.length > 0
  // The name of a volume is all there is to it.
  const id = event.type === 'volume' ? '' : event.id
  return withOptional(
    {
      ContainerExitCode: Number(exitCode ?? 0),
      ID: id,
      Image: image,
      Name: event.name,
      Network: event.type === 'network' ? event.name : '',
      Status: event.action,
      Time: time,
      TimeNano: String(event.time),
      Type: event.type,
      Attributes: hasAttributes ? sortedRecord(others) : nilMap(),
      PodID: '',
      HealthStatus: '',
      Error: '',
      ContainerInspectData: ''
    },
    {
      ContainerExitCode: exitCode !== undefined,
      ID: id !== '',
      Image: image !== '',
      Network: false,
      TimeNano: false,
      PodID: false,
      HealthStatus: false,
      Error: false,
      ContainerInspectData: false
    }
  )
}

/** RFC 3339 in UTC of nanoseconds since the epoch, without zeros at the end, as Go prints a time. */
export function nanosecondTime(time: bigint): string {
  const whole = new Date(Number(time / nanoseconds) * 1000).toISOString().slice(0, 19)
  const fraction = String(time % nanoseconds)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`
}
