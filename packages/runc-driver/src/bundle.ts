import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { EngineError, type CreateTask } from '@runcible/interface'
import { mountTree, unmountTree, type Linux } from '@runcible/linux'
import { serializeSpec, type RuntimeSpec } from '@runcible/oci-spec'
import { containerSubject } from './runc-cli.ts'
import type { TaskFiles } from './task-files.ts'

/** Where the runtime mounts its own file systems, parents first: a link there would lead the mount elsewhere. */
const reserved = ['proc', 'sys', 'dev', 'dev/pts', 'dev/shm', 'dev/mqueue']

const checkReserved = (linux: Linux, root: string, id: string): void => {
  const fd = openSync(root, 'r')
  try {
    for (const path of reserved) {
      const type = typeOf(linux, fd, path)
      if (type === undefined || type === 'directory') continue
      throw new EngineError('invalid-argument', `/${path} in the root file system of ${id} is not a directory`, {
        subject: containerSubject(id),
        hint: 'use an image in which it is a directory or absent'
      })
    }
  } finally {
    closeSync(fd)
  }
}

const typeOf = (linux: Linux, root: number, path: string): string | undefined => {
  try {
    return linux.fs.statAt(root, path).type
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const mountRootfs = (linux: Linux, files: TaskFiles, { id, rootfs }: CreateTask): void => {
  try {
    mountTree(linux, files.rootfs, rootfs)
  } catch (error) {
    throw new EngineError(
      'unavailable',
      `the root file system of container ${id} cannot be mounted: ${(error as Error).message}`,
      {
        subject: containerSubject(id),
        cause: error
      }
    )
  }
}

const withRoot = (spec: RuntimeSpec, path: string): RuntimeSpec => ({ ...spec, root: { ...spec.root, path } })

/**
 * Makes the root file system and `config.json`. A task without mounts uses the absolute `root.path` of its spec.
 * What it has done is undone by `undoBundle`, also after a failure half-way.
 */
export const makeBundle = (linux: Linux, files: TaskFiles, task: CreateTask): void => {
  const { id, spec, rootfs } = task
  const given = spec.root?.path ?? ''
  if (rootfs.length === 0 && !given.startsWith('/')) {
    throw new EngineError('invalid-argument', `container ${id} has no root file system`, {
      subject: containerSubject(id)
    })
  }
  if (rootfs.length > 0) {
    mkdirSync(files.rootfs, { mode: 0o700 })
    mountRootfs(linux, files, task)
  }
  const root = rootfs.length === 0 ? given : files.rootfs
  checkReserved(linux, root, id)
  writeFileSync(files.config, serializeSpec(withRoot(spec, root)), { mode: 0o600 })
}

export const undoBundle = (linux: Linux, files: TaskFiles): void => unmountTree(linux, files.rootfs)
