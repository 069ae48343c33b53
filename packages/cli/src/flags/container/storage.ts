import type { ContainerSpec, DeviceSpec, MountSpec } from '@runcible/interface'
import { parseMount, parseTmpfs, parseVolume } from '../../parse/mounts.ts'
import { parseSecret } from '../../parse/secret.ts'
import { parseSize } from '../../parse/size.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import { type FlagGroup, onlyGiven } from './group.ts'

/** Volumes, temporary filesystems and devices. */
export const storageFlags: FlagGroup = {
  flags: grouped('Storage and devices', [
    {
      name: 'volume',
      short: 'v',
      kind: 'list',
      value: '[source:]target[:options]',
      help: 'Mount a directory of the host or a volume'
    },
    {
      name: 'mount',
      kind: 'list',
      value: 'key=value,…',
      help: 'Mount by keys: type=bind|volume|tmpfs,source=…,target=…,ro'
    },
    {
      name: 'volumes-from',
      kind: 'csv',
      value: 'container[:ro]',
      help: 'Mount the volumes and directories of another container'
    },
    { name: 'tmpfs', kind: 'list', value: 'target[:options]', help: 'Mount a temporary filesystem' },
    {
      name: 'image-volume',
      kind: 'string',
      value: 'how',
      help: "What the image's volumes become: anonymous, tmpfs, ignore"
    },
    {
      name: 'secret',
      kind: 'list',
      value: 'name[,key=value…]',
      help: 'Give it a secret: type=mount|env, target=, uid=, gid=, mode='
    },
    { name: 'shm-size', kind: 'string', value: 'size', help: 'Size of /dev/shm' },
    { name: 'device', kind: 'list', value: 'device[:target][:permissions]', help: 'Make a device of the host usable' }
  ]),
  read(values): Partial<ContainerSpec> {
    const shmSize = values.text('shm-size')
    return onlyGiven<Partial<ContainerSpec>>({
      mounts: uniqueTargets([
        ...values.list('volume').map(parseVolume),
        ...values.list('mount').map(parseMount),
        ...values.list('tmpfs').map(parseTmpfs)
      ]),
      volumesFrom: values.list('volumes-from').map(parseVolumesFrom),
      secrets: values.list('secret').map(parseSecret),
      imageVolumes: parseImageVolumes(values.text('image-volume')),
      shmSize: shmSize === undefined ? undefined : parseSize(shmSize, '--shm-size'),
      devices: values.list('device').map(parseDevice)
    })
  }
}

function uniqueTargets(mounts: readonly MountSpec[]): readonly MountSpec[] {
  const seen = new Set<string>()
  for (const { target } of mounts) {
    const plain = target.replace(/(?<=.)\/+$/, '')
    if (seen.has(plain)) throw new UsageError(`two mounts at ${plain}: give each target once`)
    seen.add(plain)
  }
  return mounts
}

function parseVolumesFrom(text: string): NonNullable<ContainerSpec['volumesFrom']>[number] {
  const [container = '', option, ...rest] = text.split(':')
  const isKnown = option === undefined || option === 'ro' || option === 'rw'
  if (container === '' || !isKnown || rest.length > 0)
    throw new UsageError(`invalid value for --volumes-from: "${text}" is not container[:ro]`)
  return option === 'ro' ? { container, readOnly: true } : { container }
}

function parseImageVolumes(text: string | undefined): ContainerSpec['imageVolumes'] {
  if (text === undefined || text === 'tmpfs' || text === 'ignore' || text === 'anonymous') return text
  if (text === 'bind') return 'anonymous'
  throw new UsageError(`invalid value for --image-volume: "${text}" is not anonymous, tmpfs or ignore`)
}

/** @throws UsageError */
function parseDevice(text: string): DeviceSpec {
  const [path = '', second, third, ...rest] = text.split(':')
  const isPermissions = (word: string | undefined): boolean => word !== undefined && /^[rwm]{1,3}$/.test(word)
  const target = isPermissions(second) && third === undefined ? path : (second ?? path)
  const permissions = third ?? (isPermissions(second) ? second! : 'rwm')
  if (!path.startsWith('/') || !target.startsWith('/') || !isPermissions(permissions) || rest.length > 0) {
    throw new UsageError(
      `invalid value for --device: "${text}" is not device[:target][:permissions] with absolute paths and permissions of r, w, m`
    )
  }
  return { path, target, permissions }
}
