import { type Hash, createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

export interface PackedLayer {
  readonly file: string
  /** `sha256:…` of the file. */
  readonly digest: string
  readonly size: number
  /** `sha256:…` of the archive inside. */
  readonly diffId: string
}

/** Packs files of this machine (names relative to `/`) below a folder of their own into `file`, a gzip archive. */
export async function packLayer(names: readonly string[], folder: string, file: string): Promise<PackedLayer> {
  const list = `${file}.names`
  await writeFile(list, names.join('\0'))
  const tar = spawn(
    'tar',
    // Files may vanish or change meanwhile; links keep their targets, hard links follow the new names.
    [
      '--create',
      '--directory=/',
      '--null',
      `--files-from=${list}`,
      `--transform=s,^,${folder}/,rhS`,
      '--ignore-failed-read'
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] }
  )
  return await packArchive(tar.stdout, file)
}

/** Packs an archive into `file` with gzip. */
export async function packArchive(archive: Readable, file: string): Promise<PackedLayer> {
  const inner = createHash('sha256')
  const outer = createHash('sha256')
  let size = 0
  const count = (length: number): void => void (size += length)
  const partial = `${file}.partial`
  await pipeline(
    archive,
    hashing(inner),
    createGzip({ level: 6, chunkSize: 262_144 }),
    hashing(outer, count),
    createWriteStream(partial)
  )
  await rename(partial, file)
  return { file, digest: digest(outer), size, diffId: digest(inner) }
}

const digest = (hash: Hash): string => `sha256:${hash.digest('hex')}`

function hashing(hash: Hash, count: (length: number) => void = () => {}): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      count(chunk.length)
      done(null, chunk)
    }
  })
}
