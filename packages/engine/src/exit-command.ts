/**
 * What a container's monitor runs after the exit. A process that attends the container holds the lock and does the work
 * itself; then there is nothing left to do, and a whole Node is spared. Should it die before, the kernel drops its lock
 * and the clean-up happens here. flock(1) is part of util-linux.
 */
const script = '(flock 9) 2>/dev/null 9<"$1"; [ -e "$2" ] || exit 0; shift 2; exec "$@"'

export interface ExitCommandInit {
  /** Runs the command line of this engine: the executable and its leading arguments. */
  readonly command: readonly string[]
  readonly root: string
  readonly runRoot: string
  /** File that carries the attendance lock of a container. */
  readonly lockPath: (containerId: string) => string
}

/** The command for one container; `marker` exists as long as there is something to clean up. */
export function exitCommand({ command, root, runRoot, lockPath }: ExitCommandInit) {
  return (containerId: string, marker: string): readonly string[] => [
    '/bin/sh',
    '-c',
    script,
    'runcible-exit',
    lockPath(containerId),
    marker,
    ...command,
    '--root',
    root,
    '--runroot',
    runRoot,
    'container',
    'cleanup',
    containerId
  ]
}
