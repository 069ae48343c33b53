import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, renameSync } from 'node:fs'
import { chmod, chown, link, lstat, mkdir, rm } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { groupId } from './group-id.ts'
import { prepareDirectory } from './socket-directory.ts'

/** The name of the socket in the file system. */
export interface PublishedSocket {
  readonly path: string
  /** Removes the name, if it is still this server's. */
  unpublish(): Promise<void>
}

export interface UnixSocketTarget {
  readonly path: string
  readonly group?: string | undefined
}

// sockaddr_un has 108 bytes, the last of them NUL.
const longestPath = 107
const attempts = 10

/**
 * Listens on a unix socket. It is bound in a private directory, gets its owner and mode there, and only then its name: at
 * no time can anyone connect who should not. A name left by a server that is gone is replaced.
 *
 * @throws EngineError `in-use` while another server answers there, `already-exists` for a file that is no socket
 */
export async function listenOnUnixSocket(server: Server, target: UnixSocketTarget): Promise<PublishedSocket> {
  const directory = dirname(target.path)
  const gid = target.group === undefined ? undefined : groupId(target.group)
  const workshop = join(directory, `.${randomBytes(3).toString('hex')}`)
  const bound = join(workshop, 's')
  checkLength(target.path)
  checkLength(bound)
  await prepareDirectory(directory, gid)
  await mkdir(workshop, { mode: 0o700 })
  try {
    server.listen({ path: bound })
    await once(server, 'listening')
    if (gid !== undefined) await chown(bound, process.getuid?.() ?? 0, gid)
    await chmod(bound, gid === undefined ? 0o600 : 0o660)
    await publish(bound, target.path, workshop)
    return publishedSocket(target.path, (await lstat(bound)).ino)
  } catch (error) {
    server.close()
    throw error
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

function checkLength(path: string): void {
  if (Buffer.byteLength(path) <= longestPath) return
  throw new EngineError('invalid-argument', `the path of the socket is longer than ${longestPath} bytes: ${path}`, {
    hint: 'use a shorter directory'
  })
}

function publishedSocket(path: string, inode: number): PublishedSocket {
  return {
    path,
    async unpublish() {
      if ((await inodeOf(path)) === inode) await rm(path, { force: true })
    }
  }
}

/** Links the socket to its name; the link fails when the name is taken, so two servers cannot both have it. */
async function publish(bound: string, path: string, workshop: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await isLinked(bound, path)) return
    await clearStale(path, join(workshop, `old${attempt}`))
  }
  throw inUse(path)
}

async function isLinked(bound: string, path: string): Promise<boolean> {
  try {
    await link(bound, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function clearStale(path: string, aside: string): Promise<void> {
  const found = await probe(path)
  if (found === undefined) return
  if (found.isAnswered || !isMovedAside(path, found.inode, aside)) throw inUse(path)
  // Another server may have taken the name a moment ago; then it gets it back.
  if ((await probe(aside))?.isAnswered !== true) return
  await isLinked(aside, path)
  throw inUse(path)
}

/** Nothing comes between the look and the move: both are synchronous. */
function isMovedAside(path: string, inode: number, aside: string): boolean {
  try {
    if (lstatSync(path).ino !== inode) return false
    renameSync(path, aside)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** What has the name, and whether somebody answers there. Throws `already-exists` when it is no socket. */
async function probe(path: string): Promise<{ readonly inode: number; readonly isAnswered: boolean } | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (found === undefined) return undefined
  if (found.isSocket()) return { inode: found.ino, isAnswered: await isAnswered(path) }
  throw new EngineError('already-exists', `${path} exists and is not a socket`, {
    subject: { kind: 'host', name: path },
    hint: 'remove it, or listen elsewhere'
  })
}

async function isAnswered(path: string): Promise<boolean> {
  const client = connect(path)
  try {
    await once(client, 'connect', { signal: AbortSignal.timeout(2000) })
    return true
  } catch (error) {
    // Refused: nobody listens. Anything else (a full backlog, no permission) is somebody.
    return !hasCode(error, 'ECONNREFUSED') && !hasCode(error, 'ENOENT')
  } finally {
    client.destroy()
  }
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).ino
  } catch {
    return undefined
  }
}

function inUse(path: string): EngineError {
  return new EngineError('in-use', `another server listens on ${path}`, {
    subject: { kind: 'host', name: path },
    hint: 'stop it, or listen elsewhere'
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
