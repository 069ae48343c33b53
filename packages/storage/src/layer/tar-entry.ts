export type TarEntryType = 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo'

/**
 * One member of a tar archive. Names are byte strings: each character stands for one byte (latin1), so that a name
 * that is not UTF-8 comes through unchanged.
 */
export interface TarEntry {
  readonly type: TarEntryType
  readonly name: string
  /** Target of a link, as stored. */
  readonly linkName: string
  /** Permission, set-id and sticky bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of content that follow. */
  readonly size: number
  /** Nanoseconds since the epoch. */
  readonly mtimeNs: bigint
  readonly major: number
  readonly minor: number
  /** Extended attributes, by full name (`user.note`). */
  readonly xattrs: ReadonlyMap<string, Buffer> | undefined
}

/** The bytes of a byte string, or the string itself where UTF-8 encodes it as those same bytes. */
export const fileName = (name: string): string | Buffer => {
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) > 0x7f) return Buffer.from(name, 'latin1')
  }
  return name
}

/** A byte string as people read it. */
export const shownName = (name: string): string => Buffer.from(name, 'latin1').toString('utf8')
