import { EngineError, type NetworkRecord } from '@runcible/interface'
import type { Parts } from '../settings.ts'

/** The network of that name, id or unique prefix of the id. `not-found` when there is none. */
export async function requireNetwork({ network }: Pick<Parts, 'network'>, name: string): Promise<NetworkRecord> {
  const record = await network.inspect(name)
  if (record === undefined)
    throw new EngineError('not-found', `unable to find network with name or ID ${name}: network not found`, {
      subject: { kind: 'network', name },
      hint: 'see: runcible network ls'
    })
  return record
}
