import { at, member, optional, readCount, readObject, readString, readStringMap } from '../read.ts'
import { SpecError } from '../spec-error.ts'
import type { RuntimeState, RuntimeStatus } from './state.ts'

const statuses = new Set<string>(['creating', 'created', 'running', 'paused', 'stopped'] satisfies RuntimeStatus[])

/**
 * The answer of `runc state` from unknown JSON.
 *
 * @throws SpecError when a required member is missing or the status is not a known one.
 */
export function parseRuntimeState(value: unknown, path = ''): RuntimeState {
  const object = readObject(value, path)
  const required = (key: string): string => readString(member(object, key), at(path, key))
  const status = required('status')
  if (!statuses.has(status)) {
    throw new SpecError(`there is no container status ${JSON.stringify(status.slice(0, 40))}`, at(path, 'status'))
  }
  return {
    ociVersion: required('ociVersion'),
    id: required('id'),
    status: status as RuntimeStatus,
    ...optional(object, 'pid', path, readCount),
    bundle: required('bundle'),
    ...optional(object, 'rootfs', path, readString),
    ...optional(object, 'created', path, readString),
    ...optional(object, 'owner', path, readString),
    ...optional(object, 'annotations', path, readStringMap)
  }
}
