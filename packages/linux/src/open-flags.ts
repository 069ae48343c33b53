import { archOf } from './arch/index.ts'
import { O_CLOEXEC, O_PATH } from './constants.ts'

const { openFlag } = archOf()

const bits = {
  read: 0,
  write: 1,
  readwrite: 2,
  create: 0o100,
  exclusive: 0o200,
  notty: 0o400,
  truncate: 0o1000,
  append: 0o2000,
  nonblock: 0o4000,
  directory: openFlag.directory,
  nofollow: openFlag.noFollow,
  /** Only a handle on the path: nothing of the file is opened. */
  path: O_PATH,
  /** An unnamed file in the directory given. */
  tmpfile: 0o20000000 | openFlag.directory
} as const

export type OpenFlag = keyof typeof bits

/** Joins open flags for repeated use; close-on-exec is always among them. */
export const openFlags = (flags: readonly OpenFlag[]): number =>
  flags.reduce((all, flag) => all | bits[flag], O_CLOEXEC)

export const openFlagBits = (flags: number | readonly OpenFlag[]): number =>
  typeof flags === 'number' ? flags | O_CLOEXEC : openFlags(flags)
