import { errorCode, type FileCalls, type XattrTarget } from '@runcible/linux'
import { fchmodSync, fchownSync, fstatSync } from 'node:fs'

/**
 * Whether a layer may set an extended attribute: what programs use themselves. Attributes that steer overlayfs or
 * security modules would let an image act on the host.
 */
const isAllowedXattr = (name: string): boolean => {
  if (name.startsWith('user.')) return !name.startsWith('user.overlay.')
  return name === 'security.capability' || name === 'system.posix_acl_access' || name === 'system.posix_acl_default'
}

export const setXattrs = (fs: FileCalls, target: XattrTarget, xattrs: ReadonlyMap<string, Buffer>): void => {
  for (const [name, value] of xattrs) {
    if (!isAllowedXattr(name)) continue
    try {
      fs.setXattr(target, name, value)
    } catch (error) {
      // The file system has none, or allows `user.` only on files and directories.
      if (errorCode(error) !== 'EOPNOTSUPP' && !(errorCode(error) === 'EPERM' && name.startsWith('user.'))) throw error
    }
  }
}

/** Takes away the attributes that a layer may carry, but those in `kept`. */
export const dropXattrs = (fs: FileCalls, target: XattrTarget, kept: ReadonlyMap<string, Buffer> | undefined): void => {
  for (const name of fs.listXattrs(target)) {
    if (isAllowedXattr(name) && kept?.has(name) !== true) fs.removeXattr(target, name)
  }
}

/** The attributes that a layer may carry. */
export const readXattrs = (fs: FileCalls, target: XattrTarget): ReadonlyMap<string, Buffer> | undefined => {
  let found: Map<string, Buffer> | undefined
  for (const name of fs.listXattrs(target).toSorted()) {
    const value = isAllowedXattr(name) ? fs.getXattr(target, name) : undefined
    if (value !== undefined) (found ??= new Map()).set(name, value)
  }
  return found
}

/** Owner, permissions and extended attributes, from one open file or directory to another. */
export const copyAttributes = (fs: FileCalls, from: number, to: number): void => {
  const { uid, gid, mode } = fstatSync(from)
  fchownSync(to, uid, gid)
  fchmodSync(to, mode & 0o7777)
  const xattrs = readXattrs(fs, from)
  if (xattrs !== undefined) setXattrs(fs, to, xattrs)
}
