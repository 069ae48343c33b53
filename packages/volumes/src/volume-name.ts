import { closeSync, openSync, readSync } from 'node:fs'
import { EngineError } from '@runcible/interface'

const longestName = 255
const anonymousBytes = 32

/** Checks a name as Podman and Docker do: it is also the name of a directory. */
export function checkVolumeName(name: string): void {
  if (name.length <= longestName && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return
  throw new EngineError('invalid-argument', `${JSON.stringify(name.slice(0, 80))} is not a valid volume name`, {
    hint: 'use letters, digits and "_.-", at most 255, and begin with a letter or digit'
  })
}

/** 64 random hex characters, straight from the kernel: a crypto library takes longer to load than a volume to make. */
export function anonymousName(): string {
  const fd = openSync('/dev/urandom', 'r')
  try {
    const bytes = Buffer.alloc(anonymousBytes)
    readSync(fd, bytes)
    return bytes.toString('hex')
  } finally {
    closeSync(fd)
  }
}
