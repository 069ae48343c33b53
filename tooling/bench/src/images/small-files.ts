import { join } from 'node:path'
import { Readable } from 'node:stream'
import { packArchive } from './pack-layer.ts'
import { type ImageRequest, publishImage, type PublishedImage } from './publish.ts'

export interface SmallFilesRequest extends ImageRequest {
  readonly count: number
}

/** Files in a folder, folders in a folder. */
const perFolder = 20
const block = 512

/** An image of one layer of small files in many folders, as packages of a script language are: 3 kB on average. */
export function publishSmallFiles(request: SmallFilesRequest): Promise<PublishedImage> {
  return publishImage(request, `small-files-${request.count}`, async (directory) => {
    const archive = Readable.from(smallFiles(request.count), { objectMode: false, highWaterMark: 1024 * 1024 })
    return [await packArchive(archive, join(directory, 'layer.tar.gz'))]
  })
}

/** A tar archive, always the same for a number of files. */
export function* smallFiles(count: number): Generator<Buffer> {
  const text = prose(1024 * 1024)
  for (let at = 0; at < count; at++) {
    const folder = Math.floor(at / perFolder)
    const parent = `packages/p${Math.floor(folder / perFolder)}`
    if (at % (perFolder * perFolder) === 0) yield header(`${parent}/`, '5', 0)
    if (at % perFolder === 0) yield header(`${parent}/d${folder}/`, '5', 0)
    // Sizes from 0 to 6 kB without order, the same in every run.
    const size = (at * 7919) % 6000
    const start = (at * 3_246_599) % (text.length - size)
    yield header(`${parent}/d${folder}/file-${at}.js`, '0', size)
    yield Buffer.concat([text.subarray(start, start + size), Buffer.alloc(-size & (block - 1))])
  }
  yield Buffer.alloc(2 * block)
}

/** Text that packs as well as source code does, to about a third. */
function prose(length: number): Buffer {
  let seed = 1
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const word = (): string => Array.from({ length: 2 + next(8) }, () => String.fromCharCode(97 + next(26))).join('')
  const words = Array.from({ length: 3000 }, word)
  const text = Buffer.alloc(length, ' ')
  for (let at = 0; at < length;) {
    // The smaller a word's number, the more often it comes.
    at += text.write(words[Math.floor((next(1000) * next(1000) * next(3000)) / 1e6)] ?? '', at) + 1
  }
  return text
}

function header(name: string, type: '0' | '5', size: number): Buffer {
  const bytes = Buffer.alloc(block)
  bytes.write(name, 0)
  bytes.write(type === '5' ? '0000755\0' : '0000644\0', 100)
  bytes.write('0000000\0', 108)
  bytes.write('0000000\0', 116)
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  bytes.write('15142570000\0', 136)
  bytes.write('        ', 148)
  bytes.write(type, 156)
  bytes.write('ustar\u000000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}
