import type { CallOptions } from './call-options.ts'

/** What is wrong with one thing in the store. */
export interface StoreFinding {
  /**
   * - `blob-missing`, `blob-damaged`: a manifest, config or packed layer that an image needs
   * - `layer-missing`, `layer-damaged`: an unpacked layer of an image
   * - `layer-unverified`: committed shortly before a crash of the machine, and not looked at since
   * - `record-broken`: the store's note of a snapshot cannot be read
   * - `name-dangling`: a name whose image is not here
   * - `snapshot-orphan`, `blob-orphan`: nothing refers to it
   * - `download-left`: bytes of a download that was cut off
   */
  readonly kind:
    | 'blob-missing'
    | 'blob-damaged'
    | 'layer-missing'
    | 'layer-damaged'
    | 'layer-unverified'
    | 'record-broken'
    | 'name-dangling'
    | 'snapshot-orphan'
    | 'blob-orphan'
    | 'download-left'
  /** Digest, key or name of the thing. */
  readonly subject: string
  /** Ids of the images that have it. */
  readonly images: readonly string[]
  /** One line. */
  readonly detail: string
  /** What a repair did, or why it could do nothing; absent when none was asked for. */
  readonly outcome?: { readonly repaired: boolean; readonly action: string }
}

export interface StoreCheckRequest extends CallOptions {
  /** Mend what is found: unpack layers again, fetch blobs again, drop what nothing refers to. */
  readonly repair?: boolean
  /** Only whether things are there, not what is in them. */
  readonly quick?: boolean
  /** Milliseconds for which things that nothing refers to are left alone; by default a day. */
  readonly keepFor?: number
  /** Told before each image is looked at. */
  readonly onImage?: (id: string) => void
}
