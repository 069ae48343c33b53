import { readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { EngineError } from '@runcible/interface'

const zones = '/usr/share/zoneinfo'
const zoneName = /^[A-Za-z0-9][A-Za-z0-9+_-]*(?:\/[A-Za-z0-9][A-Za-z0-9+_-]*)*$/

/** File of the host that describes a time zone, such as `Europe/Vienna`; `local` is the host's own. `invalid-argument`, `not-found`. */
function timezoneFile(name: string): string {
  if (!zoneName.test(name))
    throw new EngineError('invalid-argument', `${JSON.stringify(name.slice(0, 80))} is not a name of a time zone`)
  const path = name === 'local' ? '/etc/localtime' : posix.join(zones, name)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path
  throw new EngineError('not-found', `unknown time zone ${name}: there is no ${path}`, {
    hint: 'time zones are those of the host: apt-get install tzdata'
  })
}

/** Refuses a time zone that a start would not find. */
export function checkTimezone(name: string): void {
  timezoneFile(name)
}

/** Content of `/etc/localtime` for a time zone. */
export const readTimezone = (name: string): Buffer => readFileSync(timezoneFile(name))
