import { digestOf } from '@runcible/oci-spec'
import { opendir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The files of one write: its bytes, its ref as text, and the lock that guards both. */
export interface IngestPaths {
  readonly data: string
  readonly ref: string
  readonly lock: string
}

/** What is there of one write, whether it is under way or was interrupted. */
export interface ListedIngest {
  /** Empty when the write ended before it was noted. */
  readonly ref: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
  readonly paths: IngestPaths
}

const pathsOf = (root: string, name: string): IngestPaths => {
  const base = join(root, 'ingest', name)
  return { data: `${base}.data`, ref: `${base}.ref`, lock: `${base}.lock` }
}

/** Named by a hash, so that any ref makes a safe name. */
export const ingestPaths = (root: string, ref: string): IngestPaths => pathsOf(root, digestOf(ref).slice(7, 47))

const absent = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** By the names of files: a process that is killed may leave any of the three, and a ref that is empty. */
export async function* listIngests(root: string): AsyncGenerator<ListedIngest> {
  const names = new Set<string>()
  for await (const { name } of await opendir(join(root, 'ingest'))) {
    const [, base] = /^([0-9a-f]{40})\.(?:data|ref|lock)$/.exec(name) ?? []
    if (base !== undefined) names.add(base)
  }
  for (const name of names) {
    const paths = pathsOf(root, name)
    const [data, ref, lock] = await Promise.all(
      [paths.data, paths.ref, paths.lock].map((path) => stat(path).catch(absent))
    )
    const last = data ?? ref ?? lock
    if (last === undefined) continue
    const text = ref === undefined ? undefined : await readFile(paths.ref, 'utf8').catch(absent)
    yield { ref: text ?? '', size: data?.size ?? 0, modifiedAt: Math.round(last.mtimeMs), paths }
  }
}
