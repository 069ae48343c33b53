import { errorCode } from '@runcible/linux'
import { readdirSync } from 'node:fs'

/** Names in an open directory, as byte strings. */
export const namesIn = (fd: number): string[] =>
  readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).map((name) => name.toString('latin1'))

/** The same of a directory that others may remove under way: then there are none. */
export const namesLeftIn = (fd: number): string[] => {
  try {
    return namesIn(fd)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
