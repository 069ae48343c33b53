import type { TarEntry, TarEntryType } from './tar-entry.ts'
import { BLOCK } from './tar-header.ts'

const flags: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6'
}

const NAME_SIZE = 100
const BILLION = 1_000_000_000n

/** Two blocks of zeros. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK)

/** Zeros that fill the last block of `size` bytes of content. */
export const tarPadding = (size: number): Buffer => Buffer.alloc(-size & (BLOCK - 1))

const octal = (block: Buffer, at: number, length: number, value: number): boolean => {
  const digits = value.toString(8)
  const fits = value >= 0 && digits.length < length
  block.write((fits ? digits : '0').padStart(length - 1, '0'), at, 'latin1')
  return fits
}

/** One record of a pax header; the length in front counts its own digits. */
const paxRecord = (keyword: string, value: Buffer): Buffer => {
  const rest = Buffer.byteLength(keyword, 'latin1') + value.length + 3
  let length = rest + String(rest).length
  if (String(length).length !== String(rest).length) length = rest + String(length).length
  return Buffer.concat([Buffer.from(`${length} ${keyword}=`, 'latin1'), value, Buffer.from('\n')])
}

const seal = (block: Buffer) => {
  block.fill(' ', 148, 156)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

const seconds = (time: bigint): { readonly whole: bigint; readonly nanoseconds: bigint } => {
  const nanoseconds = ((time % BILLION) + BILLION) % BILLION
  return { whole: (time - nanoseconds) / BILLION, nanoseconds }
}

const paxTimeText = (time: bigint): string => {
  const magnitude = time < 0n ? -time : time
  const fraction = (magnitude % BILLION).toString().padStart(9, '0').replace(/0+$/, '')
  return `${time < 0n ? '-' : ''}${magnitude / BILLION}${fraction === '' ? '' : `.${fraction}`}`
}

const ustar = (
  entry: TarEntry,
  name: string,
  flag: string
): { readonly block: Buffer; readonly misfits: Map<string, string> } => {
  const block = Buffer.alloc(BLOCK)
  const misfits = new Map<string, string>()
  const text = (keyword: string, at: number, value: string) => {
    block.write(value.slice(0, NAME_SIZE), at, 'latin1')
    if (value.length > NAME_SIZE) misfits.set(keyword, value)
  }
  text('path', 0, name)
  octal(block, 100, 8, entry.mode)
  if (!octal(block, 108, 8, entry.uid)) misfits.set('uid', String(entry.uid))
  if (!octal(block, 116, 8, entry.gid)) misfits.set('gid', String(entry.gid))
  if (!octal(block, 124, 12, entry.size)) misfits.set('size', String(entry.size))
  const { whole, nanoseconds } = seconds(entry.mtimeNs)
  if (!octal(block, 136, 12, Number(whole)) || nanoseconds !== 0n) misfits.set('mtime', paxTimeText(entry.mtimeNs))
  block.write(flag, 156, 'latin1')
  text('linkpath', 157, entry.linkName)
  block.write('ustar\x0000', 257, 'latin1')
  if (entry.type === 'character' || entry.type === 'block') {
    octal(block, 329, 8, entry.major)
    octal(block, 337, 8, entry.minor)
  }
  return { block, misfits }
}

/** The header blocks of a member: ustar, after a pax header where that cannot say everything. */
export const tarHeader = (entry: TarEntry): Buffer => {
  const { block, misfits } = ustar(entry, entry.name, flags[entry.type])
  seal(block)
  const records = [...misfits].map(([keyword, value]) => paxRecord(keyword, Buffer.from(value, 'latin1')))
  for (const [name, value] of entry.xattrs ?? []) records.push(paxRecord(`SCHILY.xattr.${name}`, value))
  if (records.length === 0) return block
  const data = Buffer.concat(records)
  const plain: TarEntry = {
    ...entry,
    type: 'file',
    linkName: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: data.length,
    mtimeNs: 0n
  }
  const header = ustar(plain, `PaxHeaders/${entry.name.split('/').at(-1) ?? ''}`.slice(0, NAME_SIZE), 'x').block
  seal(header)
  return Buffer.concat([header, data, tarPadding(data.length), block])
}
