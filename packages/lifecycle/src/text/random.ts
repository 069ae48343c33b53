import { closeSync, openSync, readSync } from 'node:fs'

/** `bytes` random bytes as lower-case hex. Read from the kernel: loading a crypto library would take longer than most commands. */
export function randomHex(bytes: number): string {
  const fd = openSync('/dev/urandom', 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    readSync(fd, buffer)
    return buffer.toString('hex')
  } finally {
    closeSync(fd)
  }
}

/** A container's id: 64 hex characters, as Docker and Podman have them. */
export const newId = (): string => randomHex(32)
