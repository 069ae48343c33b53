import { EngineError, type Factory, type Mount } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { escapeLayer, type OverlayType } from '../mounted-root.ts'
import type { Snapshot } from './snapshot-record.ts'
import { localSnapshotter, type LocalSnapshotter } from './snapshotter.ts'
import { filesIn } from './usage.ts'

export interface OverlaySnapshotterInit {
  /** Directory of the snapshots; made with mode 0700. */
  readonly root: string
  /** By default the real kernel. */
  readonly linux?: Pick<Linux, 'lock' | 'fs'>
  /** Further mount options. Default `nodev`: the devices of a container come from its runtime. */
  readonly mountOptions?: readonly string[]
  /**
   * Mounts containers with `metacopy=on,redirect_dir=on`, where the kernel can: a change of owner, mode or times copies no
   * content, and directories of the image can be renamed without copying. Off by default: it leaves marks in the upper
   * directory that only an overlay understands, so that packing a container has to compare whole trees.
   *
   * The kernel follows such marks to other files, so they must not come from anybody else. They do not: unpacking drops
   * every `trusted.*` attribute of an archive, a container cannot set one, and what is packed from a container has none. A
   * snapshot keeps the mode that it was made with, as without the options its files would have no content. It goes well
   * with `volatile`, whose files nobody mounts again after a crash.
   */
  readonly metadataCopies?: boolean
}

/** Layers that fit in the options of one mount when each is named by a descriptor and a short id. */
const MAX_LAYERS = 127

/**
 * Features that a host may switch on by default and that would leave marks in the upper directory which only the
 * overlay itself understands; a layer is packed from there.
 */
const plainFeatures = ['redirect_dir', 'metacopy', 'index'] as const

let switchedOff: readonly string[] | undefined
const featureOptions = (): readonly string[] =>
  (switchedOff ??= plainFeatures.flatMap((feature) => {
    try {
      const on = readFileSync(`/sys/module/overlay/parameters/${feature}`, 'latin1').startsWith('Y')
      return on ? [`${feature}=off`] : []
    } catch {
      return []
    }
  }))

const METACOPY = ['metacopy=on', 'redirect_dir=on'] as const

const hasMetacopy = (): boolean =>
  statSync('/sys/module/overlay/parameters/metacopy', { throwIfNoEntry: false }) !== undefined

/** Linux 5.10 brought the mount option. */
const hasVolatile = (): boolean => {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  return major > 5 || (major === 5 && minor >= 10)
}

/**
 * No syncing of the upper directory, which an unmount would otherwise wait for. The kernel marks the work directory and
 * refuses to mount it a second time, since a crash may have come between; the boot ends with such a container, so that
 * the mark has nothing to say here.
 */
function volatile(layer: string): readonly string[] {
  if (!hasVolatile()) return []
  rmSync(join(layer, 'work/work/incompat'), { recursive: true, force: true })
  return ['volatile']
}

/** Makes the directories of a layer. */
export const makeOverlayLayer = (directory: string, { kind, lowers, key }: Snapshot): void => {
  if (lowers.length > MAX_LAYERS) {
    throw new EngineError(
      'unsupported',
      `snapshot ${key} would have ${lowers.length} layers below it; overlay takes ${MAX_LAYERS}`,
      {
        hint: 'use an image with fewer layers, or the vfs snapshotter'
      }
    )
  }
  mkdirSync(filesIn(directory))
  // The root of a container is for all its users, whatever the umask here.
  chmodSync(filesIn(directory), 0o755)
  if (kind === 'active') mkdirSync(join(directory, 'work'), { mode: 0o700 })
}

export interface OverlayMountInit {
  readonly type: OverlayType
  readonly mountOptions: readonly string[]
  /** Further options of a stack of layers. */
  readonly features?: (snapshot: Snapshot, layer: string) => readonly string[]
}

/** How to mount a snapshot: a directory that is alone is bound, several are stacked. */
export const overlayMounts = (
  { type, mountOptions, features = () => [] }: OverlayMountInit,
  snapshot: Snapshot,
  layerOf: (id: string) => string
): readonly Mount[] => {
  const { kind, id, lowers } = snapshot
  const readonly = kind === 'view'
  const [only, ...others] = lowers
  if (!readonly && only === undefined) return [bind(filesIn(layerOf(id)), ['rw', ...mountOptions])]
  if (readonly && only !== undefined && others.length === 0)
    return [bind(filesIn(layerOf(only)), ['ro', ...mountOptions])]
  const lower = `lowerdir=${lowers.map((layer) => escapeLayer(filesIn(layerOf(layer)))).join(':')}`
  const [upper, work] = [filesIn(layerOf(id)), join(layerOf(id), 'work')].map(escapeLayer)
  const options = readonly ? [lower, 'ro'] : [lower, `upperdir=${upper}`, `workdir=${work}`]
  return [{ type, source: 'overlay', options: [...options, ...features(snapshot, layerOf(id)), ...mountOptions] }]
}

/** Snapshots as layers of overlayfs: a new one costs three directories, whatever is below. */
export const overlaySnapshotter =
  ({
    root,
    linux = createLinux(),
    mountOptions = ['nodev'],
    metadataCopies = false
  }: OverlaySnapshotterInit): Factory<never, LocalSnapshotter> =>
  () => {
    const features = ({ kind, ephemeral, metacopy }: Snapshot, layer: string) => [
      ...(kind === 'active' && ephemeral ? volatile(layer) : []),
      ...(metacopy ? METACOPY : featureOptions())
    ]
    const init: OverlayMountInit = { type: 'overlay', mountOptions, features }
    return localSnapshotter(root, linux, {
      name: 'overlay',
      metacopy: metadataCopies && hasMetacopy(),
      form: 'differences',
      make: makeOverlayLayer,
      mounts: (snapshot, layerOf) => overlayMounts(init, snapshot, layerOf)
    })
  }

const bind = (source: string, options: readonly string[]): Mount => ({
  type: 'bind',
  source,
  options: ['rbind', ...options]
})
