import type { ContainerSpec, NamespaceMode } from '@runcible/interface'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import { type FlagGroup, onlyGiven } from './group.ts'

const value = 'mode'

/** What it shares with the host or with another container. */
export const namespaceFlags: FlagGroup = {
  flags: grouped('Namespaces', [
    { name: 'pid', kind: 'string', value, help: 'Process ids: private, host, container:NAME, ns:PATH' },
    { name: 'ipc', kind: 'string', value, help: 'Shared memory and queues: private, host, container:NAME, ns:PATH' },
    { name: 'uts', kind: 'string', value, help: 'Host name: private, host, container:NAME, ns:PATH' },
    { name: 'cgroupns', kind: 'string', value, help: 'View of control groups: private, host, container:NAME, ns:PATH' }
  ]),
  read(values): Partial<ContainerSpec> {
    const mode = (name: string): NamespaceMode | undefined => parseNamespace(values.text(name), `--${name}`)
    return onlyGiven<Partial<ContainerSpec>>({
      pid: mode('pid'),
      ipc: mode('ipc'),
      uts: mode('uts'),
      cgroupns: mode('cgroupns')
    })
  }
}

/** @throws UsageError */
function parseNamespace(text: string | undefined, flag: string): NamespaceMode | undefined {
  if (text === undefined || text === '') return undefined
  // Every private ipc namespace can be joined by name, which is what "shareable" asks for.
  if (text === 'private' || (flag === '--ipc' && text === 'shareable')) return { mode: 'private' }
  if (text === 'host') return { mode: 'host' }
  const [kind, ...rest] = text.split(':')
  const name = rest.join(':')
  if (kind === 'container' && name !== '') return { mode: 'container', container: name }
  if (kind === 'ns' && name.startsWith('/')) return { mode: 'path', path: name }
  throw new UsageError(`invalid value for ${flag}: "${text}" is not private, host, container:NAME or ns:PATH`)
}
