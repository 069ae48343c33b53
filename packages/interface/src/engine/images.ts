import type { CallOptions, ProgressOptions } from '../call-options.ts'
import type { FileChange } from '../differ.ts'
import type {
  ImageHistoryStep,
  ImageSummary,
  ImportRequest,
  PullPolicy,
  RemovedImage,
  ResolvedImage,
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
    request?: TransferRequest,
    options?: ProgressOptions<PushProgress>
  ): Promise<string>
  list(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly ImageSummary[]>
  inspect(name: string, options?: CallOptions): Promise<ResolvedImage>
  /** The newest step first. */
  history(name: string, options?: CallOptions): Promise<readonly ImageHistoryStep[]>
  /** From all but its topmost layer to the image; or from the image to `to`, an image or container. */
  changes(name: string, options?: CallOptions & { readonly to?: string }): AsyncIterable<FileChange>
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
  import(
    tar: AsyncIterable<Uint8Array>,
    request: ImportRequest,
    options?: ProgressOptions<PullProgress>
  ): Promise<ResolvedImage>
}
