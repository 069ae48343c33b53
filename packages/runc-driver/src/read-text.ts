import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/** The text of a small file, or undefined when it is not there. */
export const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return undefined
    throw error
  }
}

/** A decimal number in a file, or undefined when the file is missing or holds something else. */
export const readNumber = (path: string): number | undefined => {
  const text = readText(path)?.trim()
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

/** The first bytes of a file of any size; empty when it is not there. */
export const readHead = (path: string, bytes: number): string => {
  try {
    const fd = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(bytes)
      return buffer.toString('utf8', 0, readSync(fd, buffer, 0, bytes, 0))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
