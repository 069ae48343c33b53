import { EngineError, type NetworkRecord } from '@runcible/interface'

export const notFound = (name: string): EngineError =>
  new EngineError('not-found', `no such network: ${name}`, {
    subject: { kind: 'network', name },
    hint: 'see: runcible network ls'
  })

/** The network of that name, id or unique beginning of an id. @throws EngineError `invalid-argument` when several ids begin so */
export const lookUp = (records: readonly NetworkRecord[], name: string): NetworkRecord | undefined => {
  const exact = records.find((record) => record.name === name) ?? records.find((record) => record.id === name)
  if (exact !== undefined || name === '') return exact
  const matches = records.filter((record) => record.id.startsWith(name))
  if (matches.length > 1) {
    throw new EngineError('invalid-argument', `${name} is the beginning of ${matches.length} network ids`, {
      hint: 'give more of the id, or the name'
    })
  }
  return matches[0]
}
