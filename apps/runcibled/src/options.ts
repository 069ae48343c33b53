import { parseArgs } from 'node:util'
import { EngineError, type LogLevel } from '@runcible/interface'

export interface Options {
  readonly listen: string | undefined
  readonly socketGroup: string | undefined
  readonly root: string | undefined
  readonly runRoot: string | undefined
  readonly logLevel: LogLevel
  readonly wants: 'serve' | 'help' | 'version'
}

const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error']

/** @throws EngineError `invalid-argument` */
export function readOptions(argv: readonly string[]): Options {
  const values = parse(argv)
  return Object.freeze({
    listen: values.listen,
    socketGroup: values['socket-group'],
    root: values.root,
    runRoot: values.runroot,
    logLevel: logLevel(values['log-level'] ?? 'info'),
    wants: values.help === true ? 'help' : values.version === true ? 'version' : 'serve'
  })
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        listen: { type: 'string' },
        'socket-group': { type: 'string' },
        root: { type: 'string' },
        runroot: { type: 'string' },
        'log-level': { type: 'string' },
        version: { type: 'boolean', short: 'v' },
        help: { type: 'boolean', short: 'h' }
      }
    }).values
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n')
    throw new EngineError('invalid-argument', reason, { hint: 'runcibled --help lists the options' })
  }
}

function logLevel(text: string): LogLevel {
  const level = logLevels.find((name) => name === text)
  if (level !== undefined) return level
  throw new EngineError('invalid-argument', `there is no log level ${JSON.stringify(text)}`, {
    hint: `use one of ${logLevels.join(', ')}`
  })
}
