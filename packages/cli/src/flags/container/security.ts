import type { ContainerSpec, SecuritySpec } from '@runcible/interface'
import { splitPair } from '../../parse/key-value.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import type { FlagValues } from '../values.ts'
import { type FlagGroup, givenBool, onlyGiven } from './group.ts'

/** What the container may do. */
export const securityFlags: FlagGroup = {
  flags: grouped('Security', [
    { name: 'privileged', kind: 'bool', help: 'Give the container the rights of root on the host' },
    { name: 'cap-add', kind: 'csv', value: 'capability', help: 'Add a capability, or all' },
    { name: 'cap-drop', kind: 'csv', value: 'capability', help: 'Drop a capability, or all' },
    { name: 'read-only', kind: 'bool', help: 'Make the root filesystem read-only' },
    {
      name: 'security-opt',
      kind: 'list',
      value: 'option',
      help: 'no-new-privileges, seccomp=FILE|unconfined, apparmor=PROFILE, mask=PATH:…, unmask=ALL|PATH:…'
    }
  ]),
  read(values): Partial<ContainerSpec> {
    const security = onlyGiven<SecuritySpec>({
      privileged: givenBool(values, 'privileged'),
      capAdd: values.list('cap-add'),
      capDrop: values.list('cap-drop'),
      readOnlyRootfs: givenBool(values, 'read-only'),
      ...readSecurityOptions(values)
    })
    return onlyGiven<Partial<ContainerSpec>>({ security })
  }
}

type Options = Partial<Pick<SecuritySpec, 'noNewPrivileges' | 'seccomp' | 'apparmor' | 'mask' | 'unmask'>>

function readSecurityOptions(values: FlagValues): { readonly [K in keyof Options]: Options[K] | undefined } {
  const mask: string[] = []
  const unmask: string[] = []
  let options: Options = {}
  for (const text of values.list('security-opt')) {
    const [name, value] = splitOption(text)
    if (name === 'no-new-privileges') options = { ...options, noNewPrivileges: noNewPrivileges(value, text) }
    else if (value === undefined || value === '') throw unknown(text)
    else if (name === 'seccomp' || name === 'apparmor') options = { ...options, [name]: value }
    else if (name === 'mask') mask.push(...paths(value, text))
    else if (name === 'unmask') unmask.push(...(value.toUpperCase() === 'ALL' ? ['ALL'] : paths(value, text)))
    else throw unknown(text)
  }
  return { ...options, mask, unmask }
}

/** `name=value`; the older `name:value` too. */
function splitOption(text: string): readonly [string, string | undefined] {
  const [name, value] = splitPair(text)
  const colon = name.indexOf(':')
  return value === undefined && colon > 0 ? [name.slice(0, colon), name.slice(colon + 1)] : [name, value]
}

function noNewPrivileges(value: string | undefined, text: string): boolean {
  if (value === undefined || value === 'true') return true
  if (value === 'false') return false
  throw unknown(text)
}

function paths(value: string, text: string): readonly string[] {
  const list = value.split(':')
  if (!list.every((path) => path.startsWith('/')))
    throw new UsageError(`invalid --security-opt "${text}": paths must be absolute`)
  return list
}

function unknown(text: string): UsageError {
  return new UsageError(
    `invalid --security-opt "${text}": use no-new-privileges, seccomp=, apparmor=, mask= or unmask=`
  )
}
