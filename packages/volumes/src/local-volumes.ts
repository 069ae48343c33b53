import { resolve } from 'node:path'
import type { Factory, VolumeDriver } from '@runcible/interface'
import { createLinux } from '@runcible/linux'
import { findVolume, type Context, type VolumesLinux } from './context.ts'
import { createVolume } from './create-volume.ts'
import { mountVolume, unmountVolume } from './mount-volume.ts'
import { removeVolume } from './remove-volume.ts'

export interface LocalVolumesInit {
  /** Folder of all volumes; made with mode 0700 when needed. */
  readonly root: string
  /** By default the real kernel. */
  readonly linux?: VolumesLinux
}

/** Volumes in directories below one root; their records are in the state. */
export const localVolumes =
  (init: LocalVolumesInit): Factory<'state' | 'rootfs', VolumeDriver> =>
  ({ state, rootfs }) => {
    const context: Context = { state, rootfs, root: resolve(init.root), linux: init.linux ?? createLinux() }
    return {
      create: (spec, options) => createVolume(context, spec, options),
      remove: (name, options) => removeVolume(context, name, options),
      list: async () =>
        state.volumes
          .list()
          .filter(({ phase }) => phase === undefined)
          .map(({ record }) => record),
      inspect: async (name) => findVolume(context, name)?.record,
      mount: (request, options) => mountVolume(context, request, options),
      unmount: (name, containerId) => unmountVolume(context, name, containerId)
    }
  }
