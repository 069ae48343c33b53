import { EngineError, type ErrorCode, type ErrorSubject } from '@runcible/interface'

interface Meaning {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly hint?: string
}

/** What the words of runc and crun mean, the more particular ones first. */
const meanings: readonly Meaning[] = [
  {
    pattern:
      /executable file [`'"]?.*not found|executable file not found in \$PATH|exec: "[^"]*": stat [^:]*: no such file|executable file `[^`]*` not found/,
    code: 'command-not-found',
    hint: 'check the command, and PATH inside the image'
  },
  { pattern: /exec: "[^"]*": .*not a directory/, code: 'command-not-found' },
  {
    pattern:
      /exec: "[^"]*": (?:.*: )?permission denied|exec: "[^"]*": is a directory|open executable: Permission denied|exec .*: permission denied/i,
    code: 'command-not-executable',
    hint: 'check that it is a file with execute permission for this user'
  },
  {
    pattern: /exec format error/i,
    code: 'command-not-executable',
    hint: 'it may be built for another architecture, or a script without #!'
  },
  {
    pattern: /exec .*: no such file or directory/,
    code: 'command-not-found',
    hint: 'the interpreter of a script or a library loader may be missing'
  },
  { pattern: /container .*does not exist|container .*not found/i, code: 'not-found' },
  {
    pattern: /container with (?:the )?given id already exists|container with id exists|already exists/i,
    code: 'already-exists'
  },
  {
    pattern:
      /cannot exec in a (?:paused|stopped)|container (?:is )?not running|cannot start a container that has|not in created state|container (?:is )?not paused|container not running or created|cannot start an already running|cannot delete .*not stopped|process (?:already finished|not initialized)/i,
    code: 'failed-precondition'
  },
  {
    pattern:
      /no space left on device|too many open files|cannot allocate memory|resource temporarily unavailable|disk quota/i,
    code: 'exhausted'
  },
  {
    pattern: /seccomp/i,
    code: 'unsupported',
    hint: 'the seccomp profile does not suit this kernel or runtime: try --security-opt seccomp=unconfined'
  },
  {
    pattern: /error mounting|mount .*: (?:no such|invalid|not a)|create mountpoint|not a directory: unknown/i,
    code: 'invalid-argument',
    hint: 'check that the source of each mount exists and is of the kind of its target'
  },
  {
    pattern: /error setting rlimit/i,
    code: 'permission-denied',
    hint: 'ask for limits no higher than those of this process (ulimit -Hn), or run with CAP_SYS_RESOURCE'
  },
  {
    pattern: /cgroup/i,
    code: 'unavailable',
    hint: 'check the cgroup mounts and which controllers are enabled (runcible doctor)'
  },
  { pattern: /permission denied|operation not permitted/i, code: 'permission-denied' }
]

const LONGEST = 600

/** The last line with an error, of plain text or runc's text and JSON logs, without the layers of "failed" around it. */
const reasonOf = (text: string): string => {
  const lines = text
    .split('\n')
    .map(plain)
    .filter((line) => line !== '')
  const line =
    lines.findLast((candidate) => /fail|error|cannot|not |denied|exist/i.test(candidate)) ?? lines.at(-1) ?? ''
  return line
    .replace(/^(?:runc|crun) (?:create|run|exec|start|delete|update) failed: /, '')
    .replace(/^(?:exec|create|start) failed: /, '')
    .replace(/unable to (?:start|create) container process: /, '')
    .slice(0, LONGEST)
}

const plain = (line: string): string => {
  const trimmed = line.trim()
  const message = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(trimmed)?.[1] ?? jsonMessage(trimmed)
  return (message === undefined ? trimmed : message.replaceAll('\\"', '"')).replace(/\p{Cc}+/gu, ' ').trim()
}

const jsonMessage = (line: string): string | undefined => {
  if (!line.startsWith('{')) return undefined
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown }
    return typeof msg === 'string' ? msg : undefined
  } catch {
    return undefined
  }
}

/** The error that the runtime's own words stand for. `step` is what was being done, such as `create`. */
export const runtimeError = (text: string, step: string, subject: ErrorSubject): EngineError => {
  const reason = reasonOf(text)
  const meaning = meanings.find(({ pattern }) => pattern.test(reason))
  // The id of an exec means nothing to anybody.
  const doing = subject.kind === 'exec' ? step : `${step} of ${subject.kind} ${subject.name}`
  const message = `${doing} failed: ${reason === '' ? 'the runtime gave no reason' : reason}`
  return new EngineError(meaning?.code ?? 'internal', message, {
    subject,
    ...(meaning?.hint === undefined ? {} : { hint: meaning.hint })
  })
}
