import { EngineError, type AppliedLayer } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { createDigester } from '@runcible/oci-spec'
import { lowerRoot, type OverlayType } from '../mounted-root.ts'
import { OPEN_DIRECTORY } from './directory-tree.ts'
import { lowerTree } from './lower-tree.ts'
import { tarReader } from './tar-reader.ts'
import { unpacker } from './unpacker.ts'

/** What one layer may grow to. */
export interface UnpackLimits {
  /** Members of the archive. */
  readonly maxEntries: number
  /** Unpacked bytes per packed byte; counts once `ratioFrom` bytes are unpacked. */
  readonly maxRatio: number
  readonly ratioFrom: number
  /** Unpacked bytes in all. */
  readonly maxBytes: number
}

export const defaultLimits: UnpackLimits = {
  maxEntries: 2_000_000,
  maxRatio: 400,
  ratioFrom: 1024 ** 3,
  maxBytes: 512 * 1024 ** 3
}

/** Where a layer goes. Plain data: it crosses to a worker thread. */
export type UnpackTarget =
  | { readonly kind: 'overlay'; readonly type: OverlayType; readonly upper: string; readonly lowers: readonly string[] }
  | { readonly kind: 'directory'; readonly path: string }

export interface UnpackSession {
  /** The next piece of the uncompressed archive. */
  write(chunk: Buffer): void
  /** Checks that the archive is whole and finishes the tree. */
  finish(): AppliedLayer
  close(): void
}

export interface UnpackSessionInit {
  readonly linux: Pick<Linux, 'fs' | 'mount'>
  readonly target: UnpackTarget
  /** Directory for short-lived mount points. */
  readonly tmp: string
  /** Bytes of the packed layer. */
  readonly packedSize: number
  readonly limits: UnpackLimits
}

const limitsCheck =
  ({ limits, packedSize }: UnpackSessionInit) =>
  (size: number) => {
    if (size > limits.maxBytes)
      throw new EngineError('exhausted', `the layer unpacks to more than the limit of ${limits.maxBytes} bytes`, {
        hint: 'if it is to be trusted, raise RUNCIBLE_MAX_LAYER_SIZE'
      })
    if (size > limits.ratioFrom && size > packedSize * limits.maxRatio) {
      throw new EngineError('corrupt', `the layer unpacks to more than ${limits.maxRatio} times its size`)
    }
  }

/** Hashes, reads and writes one layer in a single pass. Everything is done before a call returns. */
export const unpackSession = (init: UnpackSessionInit): UnpackSession => {
  const { linux, target, tmp, limits } = init
  const { fs } = linux
  const overlay = target.kind === 'overlay'
  const lower = overlay ? lowerTree(fs, () => lowerRoot(linux, tmp, target.lowers, target.type)) : undefined
  const rootFd = fs.openAt(fs.cwd, overlay ? target.upper : target.path, OPEN_DIRECTORY)
  const tree = unpacker({
    fs,
    rootFd,
    whiteouts: overlay ? 'overlay' : 'delete',
    lower,
    tmp,
    maxEntries: limits.maxEntries,
    replaceTypes: true
  })
  const reader = tarReader(tree)
  const digester = createDigester()
  const check = limitsCheck(init)
  let size = 0
  return {
    write(chunk) {
      size += chunk.length
      check(size)
      digester.update(chunk)
      reader.write(chunk)
    },
    finish() {
      reader.finish()
      tree.finish()
      return { diffId: digester.digest(), size }
    },
    close() {
      tree.close()
      lower?.close()
      fs.close(rootFd)
    }
  }
}
