import { attendanceLock } from '@runcible/lifecycle'
import { lockPath } from '@runcible/state-sqlite'

/** File of the lock that whoever stays for a container's exit holds. */
export const lockFile = (directory: string, containerId: string): string =>
  lockPath(directory, attendanceLock(containerId))
