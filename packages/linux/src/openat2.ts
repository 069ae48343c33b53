import { archOf } from './arch/index.ts'
import { errorCode } from './errno.ts'
import type { Libc } from './libc.ts'
import { cstring, type FileName } from './name.ts'
import { openFlagBits, type OpenFlag } from './open-flags.ts'

const resolveBits = {
  /** Do not cross mount points. */
  'no-mounts': 0x01,
  /** Do not follow magic links such as `/proc/<pid>/fd/<n>`. */
  'no-magic-links': 0x02,
  'no-symlinks': 0x04,
  /** Fail when the path would leave the directory. */
  beneath: 0x08,
  /** Take the directory as `/`: absolute links and `..` stay inside. */
  'in-root': 0x10
} as const

export type ResolveRule = keyof typeof resolveBits

export interface ConfinedOpen {
  /** Default `['read']`. */
  readonly flags?: number | readonly OpenFlag[]
  /** Permissions of a file that is created. */
  readonly mode?: number
  /** Default `['in-root', 'no-magic-links']`. */
  readonly resolve?: readonly ResolveRule[]
}

export interface ConfinedCalls {
  /**
   * Opens `path` below the directory open at `root` with openat2(2), so that no symbolic link and no `..`, even one
   * changed meanwhile, leads out of it. Returns a close-on-exec descriptor.
   *
   * @throws SyscallError ENOENT, ELOOP (a link that is not allowed), EXDEV (the path leaves the directory)
   */
  openInRoot(root: number, path: FileName, options?: ConfinedOpen): number
}

const DEFAULT_RULES: readonly ResolveRule[] = ['in-root', 'no-magic-links']
const CREATING = 0o100 | 0o20000000
/**
 * The kernel gives up with EAGAIN when a rename or a mount elsewhere may have led the walk astray; it asks to try again.
 * Whoever renames or mounts may be waiting for a processor while we only try: then some sleep helps.
 */
const ATTEMPTS = 128
const PATIENT_ATTEMPTS = 1000

const sleeping = new Int32Array(new SharedArrayBuffer(4))
const sleepMillisecond = (): void => {
  Atomics.wait(sleeping, 0, 0, 1)
}

export const confinedCalls = (libc: Libc): ConfinedCalls => {
  const { openat2 } = archOf().syscall
  // `struct open_how`: flags, mode, resolve.
  const how = new BigUint64Array(3)
  const howBytes = new Uint8Array(how.buffer)
  const openInRoot: ConfinedCalls['openInRoot'] = (root, path, options = {}) => {
    const { flags = 0, mode = 0o666, resolve = DEFAULT_RULES } = options
    const bits = openFlagBits(flags)
    how[0] = BigInt(bits)
    how[1] = (bits & CREATING) === 0 ? 0n : BigInt(mode)
    how[2] = BigInt(resolve.reduce((all, rule) => all | resolveBits[rule], 0))
    for (let attempt = 1; ; attempt++) {
      try {
        return libc.invoke(openat2, 'openat2', path, root, cstring(path), howBytes, howBytes.length)
      } catch (error) {
        const again = errorCode(error) === 'EAGAIN' || errorCode(error) === 'EINTR'
        if (!again || attempt === ATTEMPTS + PATIENT_ATTEMPTS) throw error
        if (attempt >= ATTEMPTS) sleepMillisecond()
      }
    }
  }
  return { openInRoot }
}
