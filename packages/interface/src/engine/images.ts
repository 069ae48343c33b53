import type { CallOptions, ProgressOptions } from '../call-options.ts'
import type { FileChange } from '../differ.ts'
import type {
  CopiedImage,
  CopyRequest,
  ImageDetails,
  ImageHistoryStep,
  ImageSummary,
  ImageTree,
  ImportRequest,
  LoadedImage,
  MountedImage,
  PullPolicy,
  PushRequest,
  RemovedImage,
  ResolvedImage,
  SaveOutput,
  SaveRequest,
  TransferRequest
} from '../image.ts'
import type { PullProgress, PushProgress } from '../progress.ts'

export interface Images {
  pull(
    name: string,
    request?: TransferRequest & { readonly policy?: PullPolicy },
    options?: ProgressOptions<PullProgress>
  ): Promise<ResolvedImage>
  push(
    name: string,
    destination?: string,
    request?: PushRequest,
    options?: ProgressOptions<PushProgress>
  ): Promise<string>
  /** As `ImageStore.copy`. */
  copy(
    source: string,
    destination: string,
    request?: CopyRequest,
    options?: ProgressOptions<PullProgress>
  ): Promise<CopiedImage>
  /** As `ImageStore.save`. */
  save(
    names: readonly string[],
    request: SaveRequest,
    output: SaveOutput,
    options?: ProgressOptions<PushProgress>
  ): Promise<void>
  /** As `ImageStore.load`. */
  load(
    archive: string | AsyncIterable<Uint8Array>,
    request?: Pick<TransferRequest, 'platform' | 'signaturePolicy'>,
    options?: ProgressOptions<PullProgress>
  ): Promise<readonly LoadedImage[]>
  list(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly ImageSummary[]>
  inspect(name: string, options?: CallOptions): Promise<ImageDetails>
  /** The newest step first. */
  history(name: string, options?: CallOptions): Promise<readonly ImageHistoryStep[]>
  /** From all but its topmost layer to the image; or from `from`, an image or container, to the image. */
  changes(name: string, options?: CallOptions & { readonly from?: string }): AsyncIterable<FileChange>
  exists(name: string): Promise<boolean>
  tag(name: string, newName: string): Promise<void>
  untag(name: string, names?: readonly string[]): Promise<void>
  /**
   * `in-use` while a container is made from it, unless `force`, which removes those containers. Nameless images that it
   * was made from go too when nothing else was, unless `keepParents`.
   */
  remove(
    name: string,
    options?: CallOptions & { readonly force?: boolean; readonly keepParents?: boolean }
  ): Promise<RemovedImage>
  /**
   * Removes nameless images, or `all` images, that no container was made from; of these those that match the filters
   * of `list`. Returns their ids.
   */
  prune(
    options?: CallOptions & {
      readonly all?: boolean
      readonly filters?: Readonly<Record<string, readonly string[]>>
    }
  ): Promise<readonly string[]>
  /** Mounts the content of an image, read-only, until it is unmounted as often or removed. */
  mount(name: string, options?: CallOptions): Promise<MountedImage>
  /** Ends one `mount`, or with `force` all of them. Returns the id, `undefined` when it was not mounted. */
  unmount(name: string, options?: CallOptions & { readonly force?: boolean }): Promise<string | undefined>
  mounted(options?: CallOptions): Promise<readonly MountedImage[]>
  /** The layers of an image; or what stands on its topmost one. */
  tree(name: string, options?: CallOptions & { readonly whatRequires?: boolean }): Promise<ImageTree>
  import(
    tar: AsyncIterable<Uint8Array>,
    request: ImportRequest,
    options?: ProgressOptions<PullProgress>
  ): Promise<ResolvedImage>
}
