import { readdirSync } from 'node:fs'

/** Names in an open directory, as byte strings. */
export const namesIn = (fd: number): string[] =>
  readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).map((name) => name.toString('latin1'))
