import type { ContainerSpec } from '@runcible/interface'
import { parseEnvironment } from '../../parse/environment.ts'
import { parsePairsStrictly } from '../../parse/key-value.ts'
import { parseSignal } from '../../parse/signal.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import { atLeast, type FlagGroup, givenBool, onlyGiven } from './group.ts'

/** What runs: entry point, environment, user, terminal, signals. */
export const processFlags: FlagGroup = {
  flags: grouped('Process', [
    { name: 'interactive', short: 'i', kind: 'bool', help: 'Keep the standard input open' },
    { name: 'tty', short: 't', kind: 'bool', help: 'Give the process a terminal' },
    {
      name: 'env',
      short: 'e',
      kind: 'list',
      value: 'name[=value]',
      help: 'Set a variable; a name alone takes the value from here, NAME* every one that begins so'
    },
    { name: 'env-file', kind: 'list', value: 'file', help: 'Set variables from the lines of a file' },
    { name: 'env-host', kind: 'bool', help: 'Pass every variable of this environment' },
    {
      name: 'env-merge',
      kind: 'list',
      value: 'name=value',
      help: "Set a variable; $NAME and ${NAME} in the value are the image's"
    },
    { name: 'unsetenv', kind: 'list', value: 'name', help: 'Leave out a variable, also one of the image' },
    { name: 'unsetenv-all', kind: 'bool', help: 'Leave out every variable that is not set here' },
    {
      name: 'entrypoint',
      kind: 'string',
      value: 'command',
      help: 'Replace the entry point of the image: a command or a JSON array'
    },
    { name: 'workdir', short: 'w', kind: 'string', value: 'dir', help: 'Working directory in the container' },
    { name: 'user', short: 'u', kind: 'string', value: 'user[:group]', help: 'Run as this user' },
    { name: 'group-add', kind: 'csv', value: 'group', help: 'Add a supplementary group' },
    { name: 'umask', kind: 'string', value: 'mask', help: 'File mode mask, octal' },
    { name: 'tz', kind: 'string', value: 'zone', help: "Time zone, such as Europe/Vienna, or local for this host's" },
    { name: 'init', kind: 'bool', help: 'Run a small init that reaps processes and forwards signals' },
    { name: 'stop-signal', kind: 'string', value: 'signal', help: 'Signal that asks the process to end' },
    { name: 'stop-timeout', kind: 'int', value: 'seconds', help: 'How long a stop waits before it kills' }
  ]),
  read(values, env): Partial<ContainerSpec> {
    const words = [...(values.bool('env-host') ? Object.keys(env) : []), ...values.list('env')]
    const entrypoint = values.text('entrypoint')
    const part = onlyGiven<Partial<ContainerSpec>>({
      stdin: givenBool(values, 'interactive'),
      tty: givenBool(values, 'tty'),
      env: parseEnvironment(values.list('env-file'), words, env),
      envMerge: parsePairsStrictly(values.list('env-merge'), '--env-merge'),
      unsetEnv: values.list('unsetenv'),
      unsetEnvAll: givenBool(values, 'unsetenv-all'),
      workdir: absolute(values.text('workdir')),
      user: values.text('user'),
      groupAdd: values.list('group-add'),
      umask: parseUmask(values.text('umask')),
      timezone: values.text('tz'),
      init: givenBool(values, 'init'),
      stopSignal: values.has('stop-signal')
        ? parseSignal(values.text('stop-signal') ?? '', '--stop-signal')
        : undefined,
      stopTimeout: atLeast(values, 'stop-timeout', 0)
    })
    // An empty list clears the image's entry point, so it must not be dropped.
    return entrypoint === undefined ? part : { ...part, entrypoint: parseEntrypoint(entrypoint) }
  }
}

/** A JSON array of words, or one word; nothing for an empty text. */
function parseEntrypoint(text: string): readonly string[] {
  if (text === '') return []
  if (!text.startsWith('[')) return [text]
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return [text]
  }
  if (Array.isArray(parsed) && parsed.every((word) => typeof word === 'string')) return parsed
  throw new UsageError(`invalid value for --entrypoint: ${text} is not an array of strings`)
}

function absolute(workdir: string | undefined): string | undefined {
  if (workdir !== undefined && !workdir.startsWith('/'))
    throw new UsageError(`invalid value for --workdir: "${workdir}" must be absolute`)
  return workdir
}

function parseUmask(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[0-7]{1,4}$/.test(text))
    throw new UsageError(`invalid value for --umask: "${text}" is not an octal mask like 0022`)
  return Number.parseInt(text, 8)
}
