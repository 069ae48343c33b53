import type { ContainerSpec } from '@runcible/interface'
import { grouped } from '../flag.ts'
import { contentTrustFlag, decryptionFlag, refuseContentTrust, refuseEncryption } from '../refused.ts'
import { platformFlags, readPlatform, readPullPolicy, readRegistry, registryFlags } from '../transfer.ts'
import { type FlagGroup, onlyGiven } from './group.ts'

/** Which image, and how it is fetched. */
export const imageFlags: FlagGroup = {
  flags: grouped('Image', [
    {
      name: 'pull',
      kind: 'string',
      value: 'policy',
      help: 'When to ask the registry: missing (default), always, newer, never'
    },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress of a pull' },
    ...platformFlags,
    ...registryFlags,
    contentTrustFlag,
    decryptionFlag
  ]),
  read(values): Partial<ContainerSpec> {
    refuseContentTrust(values)
    refuseEncryption(values)
    return onlyGiven<Partial<ContainerSpec>>({
      pull: readPullPolicy(values.text('pull')),
      ...readPlatform(values),
      ...readRegistry(values)
    })
  }
}
