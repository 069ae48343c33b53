import type { CallOptions, ProgressOptions } from '../call-options.ts'
import type { Image, ImportRequest, PullPolicy, RemovedImage, ResolvedImage, TransferRequest } from '../image.ts'
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
  ): Promise<readonly Image[]>
  inspect(name: string, options?: CallOptions): Promise<ResolvedImage>
  exists(name: string): Promise<boolean>
  tag(name: string, newName: string): Promise<void>
  untag(name: string, names?: readonly string[]): Promise<void>
  /** `in-use` while a container is made from it, unless `force`, which removes those containers. */
  remove(name: string, options?: CallOptions & { readonly force?: boolean }): Promise<RemovedImage>
  import(
    tar: AsyncIterable<Uint8Array>,
    request: ImportRequest,
    options?: ProgressOptions<PullProgress>
  ): Promise<ResolvedImage>
}
