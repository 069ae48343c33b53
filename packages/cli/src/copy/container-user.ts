import { type Engine, EngineError } from '@runcible/interface'
import { orMissing } from '../commands/inspect-objects.ts'
import { feed } from './tar.ts'

/** Numbers of the user that a container runs as, by its own /etc/passwd and /etc/group. */
export async function containerUser(
  engine: Engine,
  name: string,
  signal: AbortSignal
): Promise<{ readonly uid: number; readonly gid: number }> {
  const { config } = await engine.containers.inspect(name)
  const [user = '', group] = config.user.split(':')
  if (user === '' || (/^\d+$/.test(user) && group !== undefined && /^\d+$/.test(group)))
    return { uid: Number(user), gid: Number(group ?? 0) }
  const read = (path: string): Promise<string> => readSmallFile(engine, name, path, signal)
  const entry = (await read('/etc/passwd'))
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === user || fields[2] === user)
  const uid = /^\d+$/.test(user) ? user : entry?.[2]
  const gid =
    group === undefined ? (entry?.[3] ?? '0') : /^\d+$/.test(group) ? group : findGroup(await read('/etc/group'), group)
  if (uid === undefined || gid === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) {
    throw new EngineError(
      'invalid-argument',
      `user "${config.user}" of container ${name} is not in its /etc/passwd and /etc/group`,
      { hint: 'use --archive=false' }
    )
  }
  return { uid: Number(uid), gid: Number(gid) }
}

function findGroup(text: string, name: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === name)?.[2]
}

const limit = 1024 * 1024

async function readSmallFile(engine: Engine, name: string, path: string, signal: AbortSignal): Promise<string> {
  const status = await orMissing(engine.containers.statPath(name, path))
  if (status === undefined || (status.mode & 0o170000) !== 0o100000) return ''
  if (status.size > limit)
    throw new EngineError('exhausted', `${path} of container ${name} is larger than ${limit} bytes`)
  const { extract } = await import('tar-stream')
  const reader = extract()
  const feeding = feed(engine.containers.copyOut(name, path, { signal }), reader)
  const chunks: Uint8Array[] = []
  for await (const entry of reader) for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk)
  await feeding
  return Buffer.concat(chunks).toString('utf8')
}
