import type { ContainerSpec, LogConfig, LogDriverName } from '@runcible/interface'
import { splitPair } from '../../parse/key-value.ts'
import { parseSize } from '../../parse/size.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import { type FlagGroup, onlyGiven } from './group.ts'

const drivers: readonly LogDriverName[] = ['k8s-file', 'json-file', 'journald', 'none', 'passthrough']
const defaultDriver = 'k8s-file'

/** Where the output is kept. */
export const loggingFlags: FlagGroup = {
  flags: grouped('Logging', [
    { name: 'log-driver', kind: 'string', value: 'driver', help: `Where the output is kept: ${drivers.join(', ')}` },
    { name: 'log-opt', kind: 'list', value: 'key=value', help: 'path=FILE, max-size=SIZE or tag=TEXT' }
  ]),
  read(values): Partial<ContainerSpec> {
    return onlyGiven<Partial<ContainerSpec>>({ log: parseLog(values.text('log-driver'), values.list('log-opt')) })
  }
}

function parseLog(driverText: string | undefined, options: readonly string[]): LogConfig | undefined {
  if (driverText === undefined && options.length === 0) return undefined
  const driver = drivers.find((name) => name === (driverText ?? defaultDriver))
  if (driver === undefined) throw new UsageError(`invalid log driver "${driverText}"; use ${drivers.join(', ')}`)
  let config: LogConfig = { driver }
  for (const option of options) {
    const [key, value] = splitPair(option)
    if (value === undefined || value === '')
      throw new UsageError(`invalid value for --log-opt: "${option}" is not key=value`)
    if (key === 'path' || key === 'tag') config = { ...config, [key]: value }
    else if (key === 'max-size') config = { ...config, maxSize: parseSize(value, '--log-opt max-size') }
    else throw new UsageError(`invalid value for --log-opt: unknown key "${key}"; known are path, max-size, tag`)
  }
  return config
}
