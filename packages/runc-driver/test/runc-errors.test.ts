import { describe, expect, it } from 'vitest'
import { runtimeError } from '../src/runc-errors.ts'

const subject = { kind: 'container', name: 'c1' } as const
const codeOf = (text: string) => runtimeError(text, 'create', subject).code

describe('runtimeError', () => {
  it.each([
    [
      'runc create failed: unable to start container process: exec: "foo": executable file not found in $PATH',
      'command-not-found'
    ],
    [
      'exec failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory',
      'command-not-found'
    ],
    [
      'runc create failed: unable to start container process: exec: "/etc": permission denied',
      'command-not-executable'
    ],
    ['exec: "/etc": is a directory', 'command-not-executable'],
    ['exec /bin/x: exec format error', 'command-not-executable'],
    ['executable file `foo` not found in $PATH: No such file or directory', 'command-not-found'],
    ['container does not exist', 'not-found'],
    ['runc create failed: container with given ID already exists', 'already-exists'],
    ['cannot start a container that has stopped', 'failed-precondition'],
    [
      'error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted',
      'permission-denied'
    ],
    ['unable to apply cgroup configuration: mkdir /sys/fs/cgroup/pids/x: read-only file system', 'unavailable'],
    ['mkdir /sys/fs/cgroup/pids/x: no space left on device', 'exhausted'],
    ['seccomp: unknown action', 'unsupported'],
    ['error mounting "/nope" to rootfs at "/x": stat /nope: no such file or directory', 'invalid-argument'],
    ['something new', 'internal'],
    ['', 'internal']
  ])('%s: %s', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it('finds the reason in text and JSON logs, on one line without control characters', () => {
    const text =
      'time="2026-01-01T00:00:00Z" level=warning msg="odd"\ntime="2026-01-01T00:00:00Z" level=error msg="runc create failed: exec: \\"a\\u001b\\": permission denied"\n'
    expect(codeOf(text)).toBe('command-not-executable')
    const json = '{"level":"error","msg":"exec: \\"a\\u001b[2J\\": permission denied","time":"x"}\n'
    const error = runtimeError(json, 'exec', { kind: 'exec', name: 'e1' })
    expect(error.code).toBe('command-not-executable')
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.hint).toBeDefined()
  })
})
