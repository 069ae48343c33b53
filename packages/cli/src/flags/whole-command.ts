import { resolve } from 'node:path'
import { EngineError, type TransferRequest } from '@runcible/interface'
import { parseDuration } from '../parse/time.ts'
import { UsageError } from '../usage-error.ts'
import { type Flag, grouped } from './flag.ts'
import { requireFile } from './transfer.ts'
import type { FlagValues } from './values.ts'

/** What skopeo has before its commands, for commands that talk to places of images. `debug` is read by `main`. */
export const wholeCommandFlags: readonly Flag[] = grouped('For the whole command', [
  { name: 'command-timeout', kind: 'string', value: 'duration', help: 'Give up after this time, such as 90s or 10m' },
  { name: 'debug', kind: 'bool', help: 'Log more, and tell the causes of an error' },
  { name: 'tmpdir', kind: 'string', value: 'dir', help: 'Directory for temporary copies of archives and layers' },
  { name: 'user-agent-prefix', kind: 'string', value: 'text', help: "Text before the program's name in requests" }
])

/** @throws UsageError; EngineError for a directory that is not there. */
export function readWholeCommand(values: FlagValues): Pick<TransferRequest, 'temporaryDirectory' | 'userAgentPrefix'> {
  const tmp = values.text('tmpdir')
  const userAgentPrefix = values.text('user-agent-prefix')
  if (userAgentPrefix !== undefined && !/^[\x20-\x7e]+$/.test(userAgentPrefix))
    throw new UsageError('--user-agent-prefix takes printable ASCII characters alone')
  return {
    ...(tmp === undefined ? {} : { temporaryDirectory: resolve(requireFile(tmp, 'tmpdir', 'directory')) }),
    ...(userAgentPrefix === undefined ? {} : { userAgentPrefix })
  }
}

/**
 * `signal`, and the end of the time that `--command-timeout` gives from now on.
 *
 * @throws UsageError
 */
export function withinTime(values: FlagValues, signal: AbortSignal): AbortSignal {
  const text = values.text('command-timeout')
  if (text === undefined) return signal
  const nanoseconds = parseDuration(text)
  if (nanoseconds === undefined || nanoseconds < 0)
    throw new UsageError(`invalid value for --command-timeout: "${text}" is not a duration like 90s`)
  // As in skopeo, no time means no limit; longer ones than a timer can have are none either.
  const milliseconds = nanoseconds / 1e6
  if (milliseconds === 0 || milliseconds > 2 ** 31 - 1) return signal
  const late = new AbortController()
  const end = () => late.abort(new EngineError('timeout', `the command did not end within ${text} (--command-timeout)`))
  setTimeout(end, milliseconds).unref()
  return AbortSignal.any([signal, late.signal])
}
