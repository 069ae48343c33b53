import type { ManifestListEntry } from '@runcible/interface'
import { readAnnotations } from '../../flags/annotations.ts'
import type { Flag } from '../../flags/flag.ts'
import { grouped } from '../../flags/flag.ts'
import type { FlagValues } from '../../flags/values.ts'

/** What can be said about an entry of a list in place of what its image says. */
export const entryFlags: readonly Flag[] = grouped('What the list says about it', [
  { name: 'annotation', kind: 'list', value: 'key=value', help: 'Add an annotation to the entry' },
  { name: 'arch', kind: 'string', value: 'arch', help: 'Architecture' },
  { name: 'os', kind: 'string', value: 'os', help: 'Operating system' },
  { name: 'os-version', kind: 'string', value: 'version', help: 'Version of the operating system' },
  { name: 'variant', kind: 'string', value: 'variant', help: 'Variant of the architecture' },
  { name: 'features', kind: 'csv', value: 'feature', help: 'Features of the processor that are needed' }
])

/** @throws UsageError */
export function readEntry(flags: FlagValues): { readonly entry?: ManifestListEntry } {
  const text = (name: string, key: string): object => {
    const value = flags.text(name)
    return value === undefined ? {} : { [key]: value }
  }
  const list = (name: string, key: string): object => (flags.has(name) ? { [key]: flags.list(name) } : {})
  const entry: ManifestListEntry = {
    ...text('os', 'os'),
    ...text('arch', 'architecture'),
    ...text('variant', 'variant'),
    ...text('os-version', 'osVersion'),
    ...list('features', 'features'),
    ...list('os-features', 'osFeatures'),
    ...readAnnotations(flags)
  }
  return Object.keys(entry).length === 0 ? {} : { entry }
}

/** Docker's word for `--tls-verify=false`. */
export const insecureFlag: Flag = { name: 'insecure', kind: 'bool', help: 'As --tls-verify=false' }

/** @throws UsageError */
export const readInsecure = (flags: FlagValues): { readonly tlsVerify?: false } =>
  flags.bool('insecure') ? { tlsVerify: false } : {}
