import { EngineError } from '@runcible/interface'

/** How names of an archive change on the way. */
export interface Renaming {
  /** The archive holds the content of a directory, under `.`; otherwise its first component is the thing copied. */
  readonly content: boolean
  /** What the thing copied is called at its new place; `.` for content that keeps its names. */
  readonly as: string
}

/**
 * The components of an archive's name at its new place; empty for the root itself.
 *
 * @throws EngineError for a name that leads out of the archive, or is not UTF-8
 */
export function renameEntry(name: string, { content, as }: Renaming): readonly string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..'))
    throw new EngineError('corrupt', `the archive holds a name that leads out of it: ${JSON.stringify(name)}`)
  if (name.includes('\ufffd') || name.includes('\0'))
    throw new EngineError('unsupported', `the name ${JSON.stringify(name)} is not UTF-8 text`)
  const kept = content ? parts : parts.slice(1)
  return as === '.' ? kept : [as, ...kept]
}
