import { closeSync } from 'node:fs'
import { AT_FDCWD } from './constants.ts'
import type { Libc } from './libc.ts'
import { openFlags } from './open-flags.ts'

export interface WindowSize {
  readonly columns: number
  readonly rows: number
}

export interface Pty extends Disposable {
  /** The descriptor that controls the terminal; what is written to it is typed, what is read was printed. */
  readonly master: number
  /** The terminal of the program inside (`/dev/pts/<n>`). */
  readonly path: string
}

export interface TtyCalls {
  /** A new pseudo terminal; disposing closes the master, which hangs the terminal up. */
  openPty(size?: WindowSize): Pty
  /** The other end, opened without looking at any `/dev/pts`, which may be another mount. */
  openPtyPeer(master: number): number
  windowSize(fd: number): WindowSize
  setWindowSize(fd: number, size: WindowSize): void
}

// asm-generic/ioctls.h, the same on x86-64 and arm64.
const TIOCGWINSZ = 0x5413n
const TIOCSWINSZ = 0x5414n
const TIOCGPTN = 0x8004_5430n
const TIOCSPTLCK = 0x4004_5431n
const TIOCGPTPEER = 0x5441n

export const ttyCalls = (libc: Libc): TtyCalls => {
  const setWindowSize = (fd: number, { columns, rows }: WindowSize) => {
    const size = new Uint8Array(Uint16Array.of(rows, columns, 0, 0).buffer)
    libc.check(libc.ioctl(fd, TIOCSWINSZ, size), 'ioctl', 'TIOCSWINSZ')
  }
  const prepare = (master: number, size: WindowSize | undefined): Pty => {
    const number = Buffer.alloc(4)
    libc.check(libc.ioctl(master, TIOCSPTLCK, number), 'ioctl', 'TIOCSPTLCK')
    libc.check(libc.ioctl(master, TIOCGPTN, number), 'ioctl', 'TIOCGPTN')
    if (size !== undefined) setWindowSize(master, size)
    let open = true
    const close = () => {
      if (open) closeSync(master)
      open = false
    }
    return { master, path: `/dev/pts/${number.readUInt32LE(0)}`, [Symbol.dispose]: close }
  }
  return {
    openPty: (size) => {
      const flags = openFlags(['readwrite', 'notty'])
      const master = libc.check(libc.openat(AT_FDCWD, '/dev/ptmx', flags, 0), 'openat', '/dev/ptmx')
      try {
        return prepare(master, size)
      } catch (error) {
        closeSync(master)
        throw error
      }
    },
    openPtyPeer: (master) =>
      libc.check(libc.ioctl(master, TIOCGPTPEER, BigInt(openFlags(['readwrite', 'notty']))), 'ioctl', 'TIOCGPTPEER'),
    windowSize: (fd) => {
      const size = new Uint16Array(4)
      libc.check(libc.ioctl(fd, TIOCGWINSZ, new Uint8Array(size.buffer)), 'ioctl', 'TIOCGWINSZ')
      return { rows: size[0] ?? 0, columns: size[1] ?? 0 }
    },
    setWindowSize
  }
}
