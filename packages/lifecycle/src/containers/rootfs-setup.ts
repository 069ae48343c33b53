import { EngineError, type ContainerConfig, type ProcessUser, type Rootfs } from '@runcible/interface'
import { resolveUser } from './user.ts'

/** /etc/passwd and /etc/group of any real system are smaller. */
const maxUserFile = 4 * 1024 * 1024

/** Places that the runtime mounts onto: a link there would lead the mount elsewhere. */
const mountPoints = ['/proc', '/sys', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue']

const directoryType = 0o040000
const typeMask = 0o170000

/**
 * What a start needs of the root file system before the runtime sees it: its mount points are real directories, the
 * working directory is there, and the user is known. Resolved inside the root alone. `open` is asked for a writable root
 * only when something is missing: giving one back can mean waiting for the disk.
 */
export async function prepareRootfs(
  open: (options: { readonly readonly: boolean }) => Promise<Rootfs>,
  config: Pick<ContainerConfig, 'user' | 'groupAdd' | 'workdir'>
): Promise<ProcessUser> {
  const { user, hasWorkdir } = await inspectRootfs(open, config)
  if (hasWorkdir) return user
  await using rootfs = await open({ readonly: false })
  await rootfs.makeDirectory(config.workdir, { mode: 0o755, uid: user.uid, gid: user.gid })
  return user
}

async function inspectRootfs(open: Parameters<typeof prepareRootfs>[0], config: Parameters<typeof prepareRootfs>[1]) {
  await using rootfs = await open({ readonly: true })
  await refuseLinks(rootfs)
  const user = await lookUpUser(rootfs, config)
  const workdir = await rootfs.stat(config.workdir)
  if (workdir !== undefined && (workdir.mode & typeMask) !== directoryType) {
    throw new EngineError(
      'invalid-argument',
      `the working directory ${config.workdir} is not a directory in the image`,
      {
        hint: 'name another with --workdir'
      }
    )
  }
  return { user, hasWorkdir: workdir !== undefined }
}

async function refuseLinks(rootfs: Rootfs): Promise<void> {
  const stats = await Promise.all(mountPoints.map((path) => rootfs.stat(path, { follow: false })))
  const wrong = mountPoints.find(
    (_, index) => stats[index] !== undefined && (stats[index].mode & typeMask) !== directoryType
  )
  if (wrong !== undefined) {
    throw new EngineError(
      'invalid-argument',
      `${wrong} of the image is not a directory: a container cannot be started safely from it`
    )
  }
}

/** Who `user` is in this root file system. */
export async function lookUpUser(
  rootfs: Rootfs,
  request: { readonly user: string; readonly groupAdd?: readonly string[] }
): Promise<ProcessUser> {
  const [passwd, group] = await Promise.all([readUserFile(rootfs, '/etc/passwd'), readUserFile(rootfs, '/etc/group')])
  return resolveUser({ user: request.user, groupAdd: request.groupAdd ?? [], passwd, group })
}

/** A user database of the container, empty when it has none. */
export async function readUserFile(rootfs: Rootfs, path: '/etc/passwd' | '/etc/group'): Promise<string> {
  const bytes = await rootfs.read(path, { maxBytes: maxUserFile })
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8')
}
