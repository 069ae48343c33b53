import { EngineError } from '@runcible/interface'

/** A file or directory of an archive. */
export interface FakeTarMember {
  readonly name: string
  readonly directory: boolean
  readonly content: Uint8Array
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

const BLOCK = 512
const sumOf = (block: Uint8Array): number =>
  block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0)

const header = ({ name, directory, content, mode, uid, gid }: FakeTarMember): Buffer => {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at)
  block.write(name, 0)
  octal(mode, 100, 8)
  octal(uid, 108, 8)
  octal(gid, 116, 8)
  octal(content.length, 124, 12)
  octal(0, 136, 12)
  block.write(directory ? '5' : '0', 156)
  block.write('ustar\x0000', 257, 'latin1')
  octal(sumOf(block), 148, 8)
  return block
}

/** A plain archive; names have at most 100 bytes. */
export const fakeTarOf = (members: readonly FakeTarMember[]): Buffer => {
  const parts = members.flatMap((member) => [
    header(member),
    member.content,
    Buffer.alloc(-member.content.length & (BLOCK - 1))
  ])
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

const broken = () => new EngineError('corrupt', 'broken tar archive')

/** The files and directories of a plain archive. */
export const fakeTarMembers = (tar: Buffer): FakeTarMember[] => {
  const members: FakeTarMember[] = []
  for (let at = 0; at < tar.length && tar[at] !== 0;) {
    const block = tar.subarray(at, at + BLOCK)
    const text = (start: number, length: number) => block.toString('utf8', start, start + length).split('\0')[0] ?? ''
    const number = (start: number, length: number) => Number.parseInt(text(start, length), 8)
    if (block.length < BLOCK || number(148, 8) !== sumOf(block)) throw broken()
    const size = number(124, 12)
    const content = tar.subarray(at + BLOCK, at + BLOCK + size)
    if (at + BLOCK + Math.ceil(size / BLOCK) * BLOCK > tar.length) throw broken()
    const directory = text(156, 1) === '5'
    members.push({
      name: text(0, 100),
      directory,
      content,
      mode: number(100, 8),
      uid: number(108, 8),
      gid: number(116, 8)
    })
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return members
}
