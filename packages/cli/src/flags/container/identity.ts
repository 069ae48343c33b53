import type { ContainerSpec, RestartPolicy } from '@runcible/interface'
import { parseLabels } from '../../parse/environment.ts'
import { parsePairs } from '../../parse/key-value.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import { type FlagGroup, givenBool, onlyGiven } from './group.ts'

/** How the container is known, and its life. */
export const identityFlags: FlagGroup = {
  flags: grouped('Container', [
    { name: 'name', kind: 'string', value: 'name', help: 'Name of the container' },
    { name: 'label', short: 'l', kind: 'list', value: 'key=value', help: 'Attach a label' },
    { name: 'label-file', kind: 'list', value: 'file', help: 'Attach labels from the lines of a file' },
    { name: 'annotation', kind: 'list', value: 'key=value', help: 'Add an OCI annotation' },
    {
      name: 'restart',
      kind: 'string',
      value: 'policy',
      help: 'Start it again after an exit: no, on-failure[:times], always, unless-stopped'
    },
    { name: 'rm', kind: 'bool', help: 'Remove the container after its exit' },
    { name: 'replace', kind: 'bool', help: 'Remove a container of the same name first' },
    { name: 'pidfile', kind: 'string', value: 'file', help: 'Write the process id to a file' }
  ]),
  read(values): Partial<ContainerSpec> {
    const part = onlyGiven<Partial<ContainerSpec>>({
      name: checkName(values.text('name')),
      labels: parseLabels(values.list('label-file'), values.list('label')),
      annotations: parsePairs(values.list('annotation'), '--annotation'),
      restart: parseRestart(values.text('restart')),
      autoRemove: givenBool(values, 'rm'),
      replace: givenBool(values, 'replace'),
      pidFile: values.text('pidfile')
    })
    if (part.autoRemove === true && part.restart !== undefined && part.restart.name !== 'no') {
      throw new UsageError('--rm and --restart exclude each other: a removed container cannot be started again')
    }
    if (part.replace === true && part.name === undefined) throw new UsageError('--replace needs --name')
    return part
  }
}

function checkName(name: string | undefined): string | undefined {
  if (name === undefined || /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return name
  throw new UsageError(`invalid container name "${name}": names match [a-zA-Z0-9][a-zA-Z0-9_.-]*`)
}

/** @throws UsageError */
export function parseRestart(text: string | undefined): RestartPolicy | undefined {
  if (text === undefined || text === '') return undefined
  const [name, count] = text.split(':', 2)
  const known = name === 'no' || name === 'on-failure' || name === 'always' || name === 'unless-stopped'
  if (!known || text.split(':').length > 2) {
    throw new UsageError(
      `"${text}" is not a valid restart policy; use no, on-failure[:times], always or unless-stopped`
    )
  }
  if (count === undefined) return { name }
  if (name !== 'on-failure') throw new UsageError(`restart policy "${name}" takes no count; only on-failure does`)
  if (!/^\d{1,9}$/.test(count)) throw new UsageError(`restart policy "${text}": "${count}" is not a count`)
  return Number(count) === 0 ? { name } : { name, maximumRetryCount: Number(count) }
}
