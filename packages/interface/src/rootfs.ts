import type { CallOptions } from './call-options.ts'
import type { Mount } from './mount.ts'

/** Which root file system to open: a container at rest by its mounts, or the live one of a process (volumes included). */
export type RootfsSource = { readonly mounts: readonly Mount[] } | { readonly pid: number }

export interface FileStat {
  /** Last component of the path. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Type and permission bits as in stat(2). */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
  /** Target of a symbolic link, as stored. */
  readonly linkTarget?: string
}

export interface ExtractOptions extends CallOptions {
  /** Replace a directory by a file or the other way round; otherwise `invalid-argument`. */
  readonly overwrite?: boolean
  /** Gives every entry this owner instead of the archive's. */
  readonly owner?: { readonly uid: number; readonly gid: number }
}

/**
 * An open root file system. Every path is resolved inside it by the kernel (RESOLVE_IN_ROOT): links never lead out,
 * even while the container changes them. Only regular files are read.
 */
export interface Rootfs extends AsyncDisposable {
  /** `undefined` when absent. Follows links inside the root unless `follow` is false. */
  stat(path: string, options?: { readonly follow?: boolean }): Promise<FileStat | undefined>
  /** The whole of a regular file; `undefined` when absent; `exhausted` when larger than `maxBytes`. */
  read(path: string, options: { readonly maxBytes: number }): Promise<Uint8Array | undefined>
  /** Makes a directory and its parents; existing ones are kept as they are. */
  makeDirectory(
    path: string,
    options?: { readonly mode?: number; readonly uid?: number; readonly gid?: number }
  ): Promise<void>
  /**
   * A tar stream of the file or directory at `path`. Entry names begin with the last component of the path;
   * a path that ends in `/.` gives the directory's content, under `.`.
   */
  archive(path: string, options?: CallOptions): AsyncIterable<Uint8Array>
  /** Unpacks a tar stream into the existing directory `path`. */
  extract(path: string, tar: AsyncIterable<Uint8Array>, options?: ExtractOptions): Promise<void>
}

/** Opens root file systems; disposing one unmounts what opening mounted. */
export interface RootfsAccess {
  open(source: RootfsSource, options?: CallOptions & { readonly readonly?: boolean }): Promise<Rootfs>
  /** Mounts at the directory `target`, made when missing, for everybody and for longer than this process lives. */
  mountAt(mounts: readonly Mount[], target: string): Promise<void>
  /** Undoes `mountAt`, and removes the directory. No error when nothing is there. */
  unmountAt(target: string): Promise<void>
  /** Whether something is mounted there. */
  isMountedAt(target: string): boolean
}
