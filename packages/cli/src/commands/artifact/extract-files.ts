import { randomUUID } from 'node:crypto'
import { createWriteStream, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { EngineError } from '@runcible/interface'
import { type Descriptor, type Digest, type Manifest, ociMediaTypes } from '@runcible/oci-spec'
import { UsageError } from '../../usage-error.ts'

const titleOf = ({ annotations }: Descriptor): string | undefined => annotations?.['org.opencontainers.image.title']

/** The files that are asked for. @throws EngineError `not-found` */
export function chooseFiles(
  name: string,
  { layers }: Manifest,
  { title, digest }: { readonly title: string | undefined; readonly digest: string | undefined }
): readonly Descriptor[] {
  const files = layers.filter(({ mediaType }) => mediaType !== ociMediaTypes.empty)
  if (title === undefined && digest === undefined) return files
  const chosen = files.filter((file) =>
    title === undefined ? matches(file.digest, digest ?? '') : titleOf(file) === title
  )
  if (chosen.length > 0) return chosen.slice(0, 1)
  const titles = files.flatMap((file) => titleOf(file) ?? [])
  throw new EngineError('not-found', `artifact ${name} has no file ${JSON.stringify(title ?? digest)}`, {
    subject: { kind: 'image', name },
    ...(titles.length === 0
      ? {}
      : {
          hint: `it has ${titles
            .slice(0, 20)
            .map((each) => JSON.stringify(each))
            .join(', ')}`
        })
  })
}

const matches = (digest: Digest, text: string): boolean => digest === text || digest === `sha256:${text}`

export interface Extraction {
  readonly files: readonly Descriptor[]
  readonly target: string
  /** In a directory, a file is named by its digest. */
  readonly byDigest: boolean
  readonly name: string
}

/** Writes the files; each appears when it is whole. */
export async function extractFiles(
  { files, target, byDigest, name }: Extraction,
  read: (file: Digest) => AsyncIterable<Uint8Array>
): Promise<void> {
  const isDirectory = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true
  if (!isDirectory && files.length !== 1) {
    throw new UsageError(
      files.length === 0
        ? `artifact ${name} has no files`
        : `artifact ${name} has ${files.length} files: choose one with --title or --digest, or give a directory that exists`
    )
  }
  const places = files.map((file) => (isDirectory ? join(target, fileName(file, byDigest)) : resolve(target)))
  for (const [at, file] of files.entries()) await place(places[at] as string, read(file.digest))
}

function fileName(file: Descriptor, byDigest: boolean): string {
  const title = byDigest ? undefined : titleOf(file)
  if (title === undefined) return file.digest.replace(':', '-')
  // A title is somebody else's word: it may not lead out of the directory.
  if (title === basename(title) && !['', '.', '..'].includes(title) && !title.includes('\0')) return title
  throw new EngineError(
    'corrupt',
    `the file ${file.digest} has the title ${JSON.stringify(title.slice(0, 100))}, which is no file name`,
    {
      subject: { kind: 'blob', name: file.digest },
      hint: 'extract it by --digest'
    }
  )
}

async function place(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    await pipeline(chunks, createWriteStream(temporary, { flags: 'wx', mode: 0o644 }))
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    if (error instanceof EngineError) throw error
    throw new EngineError('invalid-argument', `cannot write ${path}: ${(error as Error).message}`, { cause: error })
  }
}
