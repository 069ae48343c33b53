import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { EngineError } from '@runcible/interface'
import type { LayerCompression } from '@runcible/oci-spec'
import { compressionOf, decompressed } from '../compression.ts'
import { type FileTree, missingFile } from './file-tree.ts'
import { fileError, rangeIn, readAt, readFileRange } from './read-file.ts'
import { openSpool, spool } from './spool.ts'
import { indexTar, plainName, type TarMember } from './tar-index.ts'

/** A tar archive: the path of a file, or its bytes as they come. */
export type ArchiveInput = string | AsyncIterable<Uint8Array>

export interface ArchiveTreeInit {
  readonly input: ArchiveInput
  /** What messages call it. */
  readonly place: string
  /** Directory for the copy of an archive that cannot be read in place. */
  readonly tmp: string
  /** Bytes from which a packed archive must not have grown to more than 400 times its size; 1 GiB by default. */
  readonly ratioFrom?: number
  readonly signal?: AbortSignal | undefined
}

/** The files of an archive; `names` lists them. */
export interface ArchiveTree extends FileTree {
  names(): Promise<readonly string[]>
}

interface Opened {
  readonly file: FileHandle
  readonly members: ReadonlyMap<string, TarMember>
}

const mostLinks = 8
const pipeChunk = 256 * 1024
// Image archives pack well, but not like this: what goes beyond is made to fill the disk.
const mostRatio = 400
const defaultRatioFrom = 1024 ** 3

/**
 * The members of a tar archive. A plain file is read in place; a compressed one, a pipe or a stream is copied once into
 * a temporary file that has no name and so is gone with this process at the latest.
 */
export function archiveTree(init: ArchiveTreeInit): ArchiveTree {
  let opening: Promise<Opened> | undefined
  const opened = (): Promise<Opened> => (opening ??= openArchive(init))
  const find = async (name: string) => {
    const { file, members } = await opened()
    let member = members.get(plainName(name) ?? '')
    for (let links = 0; member?.kind === 'link' && links < mostLinks; links++) member = members.get(member.target)
    return { file, member: member?.kind === 'file' ? member : undefined }
  }
  return {
    names: async () => [...(await opened()).members.keys()],
    size: async (name) => (await find(name)).member?.size,
    async *stream(name, range = {}) {
      const { file, member } = await find(name)
      if (member === undefined) throw missingFile(name, init.place)
      const { start, length } = rangeIn(member.size, range)
      yield* readFileRange(file.fd, member.offset + start, length, range)
    },
    async [Symbol.asyncDispose]() {
      const done = await opening?.catch(() => undefined)
      opening = undefined
      await done?.file.close()
    }
  }
}

async function openArchive(init: ArchiveTreeInit): Promise<Opened> {
  const file = await seekable(init)
  try {
    return { file, members: await indexTar(file.fd, (await file.stat()).size, init.place) }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function seekable(init: ArchiveTreeInit): Promise<FileHandle> {
  const { input, tmp, signal } = init
  if (typeof input !== 'string') {
    const copy = await spool(input, { tmp, signal })
    return plain(copy, init)
  }
  const file = await open(input, constants.O_RDONLY).catch((error: unknown) => {
    throw fileError(input, error)
  })
  const status = await file.stat()
  if (status.isFile()) return plain(file, init)
  if (status.isDirectory()) {
    await file.close()
    throw new EngineError('invalid-argument', `${input} is a directory, not an archive`)
  }
  try {
    return await plain(await spool(pipeChunks(file), { tmp, signal }), init)
  } finally {
    await file.close()
  }
}

/** What comes through a pipe until its writers are gone. */
async function* pipeChunks(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(pipeChunk), 0, pipeChunk, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

type Place = Omit<ArchiveTreeInit, 'input'>

/** The file itself, or what is in it when it is compressed. Takes the file over. */
async function plain(file: FileHandle, place: Place): Promise<FileHandle> {
  let compression: LayerCompression
  try {
    compression = compressionOf(await readAt(file.fd, 0, 16))
  } catch (error) {
    await file.close()
    throw error
  }
  if (compression === 'none') return file
  try {
    return await unpacked(file, compression, place)
  } finally {
    await file.close()
  }
}

async function unpacked(
  file: FileHandle,
  compression: LayerCompression,
  { place, tmp, signal, ratioFrom = defaultRatioFrom }: Place
): Promise<FileHandle> {
  const { size } = await file.stat()
  const copy = await openSpool(tmp)
  try {
    let position = 0
    for await (const chunk of decompressed(readFileRange(file.fd, 0, size, { signal }), compression, place)) {
      position += chunk.length
      if (position > ratioFrom && position > size * mostRatio)
        throw new EngineError('corrupt', `${place} unpacks to more than ${mostRatio} times its size`)
      await copy.writeFile(chunk)
    }
    return copy
  } catch (error) {
    await copy.close()
    throw error
  }
}
