import type { CallOptions, ProgressOptions } from './call-options.ts'
import type {
  CommitImageRequest,
  CopiedImage,
  CopyRequest,
  Image,
  ImageView,
  ImportRequest,
  LoadedImage,
  PushRequest,
  RemovedImage,
  ResolvedImage,
  SaveOutput,
  SaveRequest,
  TransferRequest
} from './image.ts'
import type { PullProgress, PushProgress } from './progress.ts'
import type { StoreCheckRequest, StoreFinding } from './store-check.ts'

/**
 * Images by name and id. A name is what a user types: a reference (`alpine`, `host:5000/a/b:tag`, `a@sha256:…`),
 * or an id or unique prefix of one. An image that is listed is whole: its config and all layers are unpacked.
 * It tells what it does itself: events `pull`, `push`, `tag`, `untag`, `import` and `remove` of type `image`.
 */
export interface ImageStore {
  /** From this store only; `not-found` when it is not here. */
  resolve(name: string, options?: CallOptions): Promise<ResolvedImage>
  /** From a registry, or another place named with its transport (see `copy`). Content that is here already is not fetched again; with everything here it costs one request. */
  pull(name: string, request?: TransferRequest, options?: ProgressOptions<PullProgress>): Promise<ResolvedImage>
  /** To a registry, or another place named with its transport; `destination` defaults to the name itself. Returns the manifest's digest. */
  push(
    name: string,
    destination?: string,
    request?: PushRequest,
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
  /**
   * Looks for what is damaged, missing or left over, and mends on request what can be mended: layers from their packed
   * form, blobs from the registries that the image has names of. Images stay recorded, also those that cannot be mended.
   */
  check(request?: StoreCheckRequest): Promise<readonly StoreFinding[]>
  /**
   * From one place to another without passing through this store, unless it is one of both. Places are named with their
   * transport: `docker://NAME`, `oci:PATH[:NAME]`, `oci-archive:FILE[:NAME]`, `docker-archive:FILE[:NAME]`, `dir:PATH`,
   * `containers-storage:NAME`; containers-transports(5).
   */
  copy(
    source: string,
    destination: string,
    request?: CopyRequest,
    options?: ProgressOptions<PullProgress>
  ): Promise<CopiedImage>
  /** Writes images as an archive or directory. A file appears when it is whole. */
  save(
    names: readonly string[],
    request: SaveRequest,
    output: SaveOutput,
    options?: ProgressOptions<PushProgress>
  ): Promise<void>
  /**
   * Brings every image of an archive (its path, or its bytes) or of a directory here, whichever form it has:
   * docker-archive, oci-archive, an OCI layout, or what the `dir:` transport writes.
   */
  load(
    archive: string | AsyncIterable<Uint8Array>,
    request?: Pick<TransferRequest, 'platform' | 'signaturePolicy'>,
    options?: ProgressOptions<PullProgress>
  ): Promise<readonly LoadedImage[]>
}
