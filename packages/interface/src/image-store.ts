import type { CallOptions, ProgressOptions } from './call-options.ts'
import type { CommitImageRequest, Image, ImageView, ImportRequest, RemovedImage, ResolvedImage, TransferRequest } from './image.ts'
import type { PullProgress, PushProgress } from './progress.ts'

/**
 * Images by name and id. A name is what a user types: a reference (`alpine`, `host:5000/a/b:tag`, `a@sha256:…`),
 * or an id or unique prefix of one. An image that is listed is whole: its config and all layers are unpacked.
 */
export interface ImageStore {
  /** From this store only; `not-found` when it is not here. */
  resolve(name: string, options?: CallOptions): Promise<ResolvedImage>
  /** From a registry. Content that is here already is not fetched again; with everything here it costs one request. */
  pull(name: string, request?: TransferRequest, options?: ProgressOptions<PullProgress>): Promise<ResolvedImage>
  /** To a registry; `destination` defaults to the name itself. Returns the manifest's digest. */
  push(
    name: string,
    destination?: string,
    request?: TransferRequest,
    options?: ProgressOptions<PushProgress>
  ): Promise<string>
  list(options?: CallOptions): Promise<readonly Image[]>
  get(name: string): Promise<Image | undefined>
  tag(name: string, newName: string): Promise<void>
  /** Removes the given names of an image, or all of them; the image stays. */
  untag(name: string, names?: readonly string[]): Promise<void>
  /**
   * A name: untags it, and deletes the image when that was its last. An id: deletes it, `in-use` when several names
   * point at it and `force` is not set. Blobs and layers that nothing uses any more go too.
   */
  remove(name: string, options?: CallOptions & { readonly force?: boolean }): Promise<RemovedImage>
  /** Makes an image of one layer from a root file system tar (plain, gzip or zstd). */
  import(
    tar: AsyncIterable<Uint8Array>,
    request: ImportRequest,
    options?: ProgressOptions<PullProgress>
  ): Promise<ResolvedImage>
  /** Makes an image of another one and of what a container changed. Layers of the image below stay what they are. */
  commit(request: CommitImageRequest, options?: CallOptions): Promise<ResolvedImage>
  /** The content of an image's layers, or with `below` of all but its topmost. */
  view(name: string, options?: CallOptions & { readonly below?: boolean }): Promise<ImageView>
  /** Writes an image as an archive (`oci-archive` or `docker-archive`). */
  export(name: string, format: 'oci-archive' | 'docker-archive', options?: CallOptions): AsyncIterable<Uint8Array>
}
