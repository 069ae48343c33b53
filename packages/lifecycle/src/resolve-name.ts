import { EngineError, type ContainerRecord, type EntityStores } from '@runcible/interface'

const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/

/** `invalid-argument` unless `name` may be a container's name. */
export function checkContainerName(name: string): void {
  if (containerName.test(name)) return
  throw new EngineError('invalid-argument', `the container name ${JSON.stringify(name.slice(0, 80))} is not valid`, {
    subject: { kind: 'container', name },
    hint: 'names begin with a letter or digit and go on with letters, digits, "_", "." and "-"'
  })
}

/** The container with this name, id or unique prefix of an id. `not-found`, or `invalid-argument` when the prefix is not unique. */
export function findContainer(stores: Pick<EntityStores, 'containers'>, name: string): ContainerRecord {
  const subject = { kind: 'container', name } as const
  const exact = stores.containers.find(name) ?? stores.containers.get(name)
  if (exact !== undefined) return exact
  const candidates = /^[0-9a-f]+$/.test(name) ? stores.containers.withPrefix(name, 2) : []
  if (candidates.length > 1) {
    throw new EngineError('invalid-argument', `more than one container has an id that begins with ${name}`, {
      subject,
      hint: 'give more of the id'
    })
  }
  const [found] = candidates
  if (found === undefined)
    throw new EngineError('not-found', `no container with name or ID "${name}" found: no such container`, { subject })
  return found
}
