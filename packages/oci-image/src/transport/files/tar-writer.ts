import { EngineError } from '@runcible/interface'
import type { ArchiveOutput } from './archive-output.ts'

/** Writes the members of a tar archive, one after the other. Every time is 0: equal images give equal archives. */
export interface TarWriter {
  has(name: string): boolean
  /** @throws EngineError `corrupt` when the chunks are not `size` bytes. */
  file(name: string, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  /** A file whose size shows at its end; only where the output can be written over. */
  unsized(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number>
  finish(): Promise<void>
}

const block = 512
const nameLimit = 100
const octalLimit = 8 ** 11

export function tarWriter(output: ArchiveOutput): TarWriter {
  const names = new Set<string>()
  let turn: Promise<unknown> = Promise.resolve()
  // Members are written by several at once; each is whole before the next begins.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const pad = async (size: number): Promise<void> => {
    if (size % block > 0) await output.write(new Uint8Array(block - (size % block)))
  }
  const once = (name: string, write: () => Promise<number>): Promise<number> =>
    inTurn(async () => {
      if (names.has(name)) return 0
      const size = await write()
      names.add(name)
      return size
    })
  return {
    has: (name) => names.has(name),
    async file(name, size, chunks) {
      await once(name, async () => {
        await output.write(tarHeader(name, size))
        const written = await copy(output, chunks)
        if (written !== size) throw new EngineError('corrupt', `${name} has ${written} bytes instead of ${size}`)
        await pad(size)
        return size
      })
    },
    unsized: (name, chunks) =>
      once(name, async () => {
        const { overwrite } = output
        if (overwrite === undefined)
          throw new EngineError('internal', 'the size of a member must be known for a stream')
        const start = output.position
        await output.write(tarHeader(name, 0))
        const size = await copy(output, chunks)
        await pad(size)
        await overwrite(start, tarHeader(name, size))
        return size
      }),
    finish: () => inTurn(() => output.write(new Uint8Array(2 * block)))
  }
}

async function copy(output: ArchiveOutput, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const chunk of chunks) {
    await output.write(chunk)
    size += chunk.length
  }
  return size
}

/** POSIX ustar; longer names stand in a pax record before it, larger sizes in base 256 as GNU tar writes them. */
function tarHeader(name: string, size: number): Uint8Array {
  if (Buffer.byteLength(name) <= nameLimit) return ustar(name, size, '0')
  const record = paxRecord('path', name)
  const padding = Buffer.alloc((block - (record.length % block)) % block)
  return Buffer.concat([
    ustar('PaxHeaders/long-name', record.length, 'x'),
    record,
    padding,
    ustar(name.slice(-nameLimit), size, '0')
  ])
}

function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`
  const length = Buffer.byteLength(rest)
  // The length counts its own digits.
  const total = [1, 2, 3, 4, 5].map((digits) => length + digits).find((sum, at) => String(sum).length === at + 1)
  return Buffer.from(`${total}${rest}`)
}

function ustar(name: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number): number =>
    header.write(value.toString(8).padStart(length - 1, '0'), at)
  header.write(name, 0)
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  if (size < octalLimit) octal(size, 124, 12)
  else {
    header[124] = 0x80
    header.writeBigUInt64BE(BigInt(size), 128)
  }
  octal(0, 136, 12)
  header.write('        ', 148)
  header.write(type, 156)
  header.write('ustar\u000000', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}
