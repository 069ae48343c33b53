import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mount, RootfsAccess, StateStore, VolumeDriver } from '@runcible/interface'
import { createLinux, unmountTree, type Linux } from '@runcible/linux'
import { fakeRootfsAccess, fakeStateStore } from '@runcible/fakes'
import { localVolumes } from '@runcible/volumes'

interface File {
  readonly text?: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export interface VolumeSandbox extends AsyncDisposable {
  readonly folder: string
  /** Folder of the volumes. */
  readonly root: string
  readonly linux: Linux
  readonly state: StateStore
  /** A further handle on the same volumes. */
  volumes(components?: { readonly state?: StateStore; readonly rootfs?: RootfsAccess }): VolumeDriver
  /** A root file system, made by `fill`. */
  image(fill: (root: string) => void): Promise<readonly Mount[]>
  /** Where something is mounted below the root. */
  mountPoints(): readonly string[]
}

export async function volumeSandbox(): Promise<VolumeSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'volumes-'))
  const root = join(folder, 'volumes')
  const linux = createLinux()
  const state = fakeStateStore()
  let images = 0
  return {
    folder,
    root,
    linux,
    state,
    volumes: (components = {}) => localVolumes({ root, linux })({ state, rootfs: fakeRootfsAccess(), ...components }),
    async image(fill) {
      const image = join(folder, `image-${++images}`)
      mkdirSync(image)
      fill(image)
      return [{ type: 'bind', source: image, options: [] }]
    },
    mountPoints: () =>
      linux.mount
        .list()
        .map(({ mountPoint }) => mountPoint)
        .filter((point) => point.startsWith(`${root}/`)),
    [Symbol.asyncDispose]: async () => {
      unmountTree(linux, root)
      rmSync(folder, { recursive: true })
    }
  }
}

/** Writes files and directories by absolute path below `root`, parents first. */
export function writeFiles(root: string, files: Readonly<Record<string, File>>): void {
  for (const [path, { text, mode, uid, gid }] of Object.entries(files)) {
    const at = join(root, path)
    if (text === undefined) mkdirSync(at, { recursive: true })
    else writeFileSync(at, text)
    chownSync(at, uid, gid)
    chmodSync(at, mode)
  }
}

export function lookAt(path: string): File | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  const { mode, uid, gid } = found
  return { ...(found.isFile() ? { text: readFileSync(path, 'utf8') } : {}), mode: mode & 0o7777, uid, gid }
}
