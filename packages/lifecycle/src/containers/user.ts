import { EngineError, type ProcessUser } from '@runcible/interface'

interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

interface GroupEntry {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** Ids are 32 bits, and the last is "no id" to the kernel. */
const highestId = 0xfffffffe

const isNumeric = (text: string) => /^[0-9]+$/.test(text)

function parseId(text: string): number | undefined {
  if (!isNumeric(text)) return undefined
  const id = Number(text)
  return id <= highestId ? id : undefined
}

function* passwdEntries(text: string): Generator<PasswdEntry> {
  for (const line of text.split('\n')) {
    const [name, , uid = '', gid = '', , home = ''] = line.split(':')
    const ids = [parseId(uid), parseId(gid)] as const
    if (name && ids[0] !== undefined && ids[1] !== undefined) yield { name, uid: ids[0], gid: ids[1], home }
  }
}

function* groupEntries(text: string): Generator<GroupEntry> {
  for (const line of text.split('\n')) {
    const [name, , gid = '', members = ''] = line.split(':')
    const id = parseId(gid)
    if (name && id !== undefined) yield { name, gid: id, members: members.split(',').filter(Boolean) }
  }
}

/** Uid → name, the first entry of each. */
export function userNames(passwd: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { name, uid } of passwdEntries(passwd)) if (!names.has(String(uid))) names.set(String(uid), name)
  return names
}

export interface UserRequest {
  /** `user[:group]`, names or numbers; empty for root. */
  readonly user: string
  readonly groupAdd?: readonly string[]
  /** The container's own /etc/passwd and /etc/group; empty when it has none. */
  readonly passwd: string
  readonly group: string
}

/**
 * Who a process runs as, by the container's own files alone. A number needs no entry; a name does (`invalid-argument`).
 * Without a group: the user's own group and every group that lists the user. passwd(5), group(5).
 */
export function resolveUser(request: UserRequest): ProcessUser {
  const separator = request.user.indexOf(':')
  const userPart = (separator === -1 ? request.user : request.user.slice(0, separator)) || '0'
  const groupPart = separator === -1 ? '' : request.user.slice(separator + 1)
  const groups = [...groupEntries(request.group)]

  const { uid, entry } = findUser(userPart, request.passwd)
  const gid = groupPart === '' ? (entry?.gid ?? 0) : findGroup(groupPart, groups)
  const member =
    groupPart === '' && entry
      ? groups.filter(({ members }) => members.includes(entry.name)).map((group) => group.gid)
      : []
  const added = (request.groupAdd ?? []).map((name) => findGroup(name, groups))
  const additionalGids = [...new Set([...member, ...added])].filter((id) => id !== gid || added.includes(id))
  return { uid, gid, additionalGids, home: homeOf(uid, entry) }
}

function homeOf(uid: number, entry: PasswdEntry | undefined): string {
  const home = entry?.home
  if (home?.startsWith('/') && !home.includes('\0')) return home
  return uid === 0 ? '/root' : '/'
}

function findUser(user: string, passwd: string): { readonly uid: number; readonly entry: PasswdEntry | undefined } {
  const number = parseId(user)
  let byId: PasswdEntry | undefined
  for (const entry of passwdEntries(passwd)) {
    if (entry.name === user) return { uid: entry.uid, entry }
    if (entry.uid === number) byId ??= entry
  }
  if (number !== undefined) return { uid: number, entry: byId }
  throw isNumeric(user)
    ? new EngineError('invalid-argument', `the user id ${user.slice(0, 40)} is out of range`, {
        hint: `ids go up to ${highestId}`
      })
    : new EngineError('invalid-argument', `unable to find user ${user}: no matching entries in passwd file`, {
        hint: "give a number, or a name that is in the image's /etc/passwd"
      })
}

function findGroup(name: string, groups: readonly GroupEntry[]): number {
  const found = groups.find((group) => group.name === name)
  if (found !== undefined) return found.gid
  const number = parseId(name)
  if (number !== undefined) return number
  throw isNumeric(name)
    ? new EngineError('invalid-argument', `the group id ${name.slice(0, 40)} is out of range`, {
        hint: `ids go up to ${highestId}`
      })
    : new EngineError('invalid-argument', `unable to find group ${name}: no matching entries in group file`, {
        hint: "give a number, or a name that is in the image's /etc/group"
      })
}
