import { fileTypeBits, S_IFMT } from './constants.ts'

export type FileType = keyof typeof fileTypeBits

/** What statx(2) says about a file. */
export interface FileStatus {
  readonly type: FileType
  /** Permission, set-id and sticky bits (07777), without the type. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly nlink: number
  readonly ino: bigint
  /** Bytes. */
  readonly size: number
  /** Allocated, in units of 512 bytes. */
  readonly blocks: number
  /** The device the file is on. */
  readonly device: { readonly major: number; readonly minor: number }
  /** The device that a character or block special file names. */
  readonly special: { readonly major: number; readonly minor: number }
  /** Nanoseconds since 1970. */
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

const types = new Map(Object.entries(fileTypeBits).map(([name, bits]) => [bits as number, name as FileType]))

/** `struct statx` of linux/stat.h, one layout on every architecture; the views are reused from call to call. */
export const statxBuffer = () => {
  const bytes = new Uint8Array(256)
  const u16 = new Uint16Array(bytes.buffer)
  const u32 = new Uint32Array(bytes.buffer)
  const u64 = new BigUint64Array(bytes.buffer)
  const i64 = new BigInt64Array(bytes.buffer)
  const time = (offset: number) => (i64[offset / 8] ?? 0n) * 1_000_000_000n + BigInt(u32[offset / 4 + 2] ?? 0)
  const read = (): FileStatus => {
    const mode = u16[14] ?? 0
    return {
      type: types.get(mode & S_IFMT) ?? 'file',
      mode: mode & 0o7777,
      uid: u32[5] ?? 0,
      gid: u32[6] ?? 0,
      nlink: u32[4] ?? 0,
      ino: u64[4] ?? 0n,
      size: Number(u64[5] ?? 0n),
      blocks: Number(u64[6] ?? 0n),
      special: { major: u32[32] ?? 0, minor: u32[33] ?? 0 },
      device: { major: u32[34] ?? 0, minor: u32[35] ?? 0 },
      atimeNs: time(64),
      ctimeNs: time(96),
      mtimeNs: time(112)
    }
  }
  return { bytes, read }
}

/** The C library's `dev_t`: major and minor interleaved (gnu_dev_makedev). */
export const makeDevice = (major: number, minor: number): bigint => {
  const [high, low] = [BigInt(major), BigInt(minor)]
  return ((high & 0xffff_f000n) << 32n) | ((high & 0xfffn) << 8n) | ((low & 0xffff_ff00n) << 12n) | (low & 0xffn)
}
