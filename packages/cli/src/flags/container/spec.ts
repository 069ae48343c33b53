import type { ContainerSpec } from '@runcible/interface'
import { UsageError } from '../../usage-error.ts'
import type { Flag } from '../flag.ts'
import type { FlagValues } from '../values.ts'
import type { FlagGroup } from './group.ts'
import { identityFlags } from './identity.ts'
import { imageFlags } from './image.ts'
import { loggingFlags } from './logging.ts'
import { namespaceFlags } from './namespaces.ts'
import { networkFlags } from './network.ts'
import { processFlags } from './process.ts'
import { resourceFlags } from './resources.ts'
import { securityFlags } from './security.ts'
import { storageFlags } from './storage.ts'

const groups: readonly FlagGroup[] = [
  identityFlags,
  processFlags,
  networkFlags,
  storageFlags,
  securityFlags,
  resourceFlags,
  namespaceFlags,
  imageFlags,
  loggingFlags
]

/** Flags that describe a container, of `run` and `create`. */
export const containerFlags: readonly Flag[] = groups.flatMap((group) => group.flags)

/**
 * What the command line asks for, in the shape that the engine takes.
 *
 * @throws UsageError
 */
export function readContainerSpec(
  values: FlagValues,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  runtime?: string
): ContainerSpec {
  const [image, ...command] = args
  if (image === undefined || image === '')
    throw new UsageError('an image is missing: name it after the options', { pointToHelp: true })
  const parts = groups.map((group) => group.read(values, env))
  return Object.assign(
    { image },
    ...parts,
    command.length === 0 ? {} : { command },
    runtime === undefined ? {} : { runtime }
  ) as ContainerSpec
}
