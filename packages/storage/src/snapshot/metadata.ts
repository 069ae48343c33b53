import { EngineError, type SnapshotKind } from '@runcible/interface'
import { errorCode, type FileLock, type Linux } from '@runcible/linux'
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootMarks } from '../boot-marks.ts'
import { removeFiles } from './remove-files.ts'
import {
  type BrokenRecord,
  escapeKey,
  exists,
  KINDS,
  type LayerForm,
  namesOf,
  randomId,
  readForm,
  readRecord,
  readRecords,
  type Snapshot,
  type SnapshotMetadata,
  type SnapshotRecord,
  subjectOf
} from './snapshot-record.ts'

/** A record on its way from the trash to its place, in a process that runs. */
const isBeingWritten = (name: string): boolean => {
  const [, pid] = /^record-.*-(\d+)$/.exec(name) ?? []
  return pid !== undefined && existsSync(`/proc/${pid}`)
}

/** Layers that are a part of some mount, by their directories' names in what the kernel tells of it. */
const isMounted = (id: string): boolean => readFileSync('/proc/self/mountinfo', 'latin1').includes(`/${id}/fs`)

export const snapshotMetadata = (
  root: string,
  linux: Pick<Linux, 'lock' | 'fs'>,
  form: LayerForm
): SnapshotMetadata => {
  const { fs } = linux
  const directories = {
    records: join(root, 'records'),
    children: join(root, 'children'),
    layers: join(root, 'layers'),
    trash: join(root, 'trash')
  }
  const lockFile = join(root, 'lock')
  // Held, shared, while a layer exists that has no record yet.
  const makingFile = join(root, 'making')
  const marks = bootMarks(join(root, 'unsynced'))
  let earlier: ReadonlySet<string> | undefined
  const formFile = join(root, 'form')
  let formFound: string | undefined
  let made = false
  const make = () => {
    if (made || exists(directories.trash)) return void (made = true)
    for (const kind of KINDS) mkdirSync(join(directories.records, kind), { recursive: true, mode: 0o700 })
    for (const path of [directories.children, directories.layers, directories.trash])
      mkdirSync(path, { recursive: true, mode: 0o700 })
    writeFileSync(formFile, form, { mode: 0o600 })
    made = true
  }
  /** `failed-precondition` when another kind of snapshotter made what is here. */
  const checkForm = () => {
    const found = (formFound ??= readForm(formFile))
    if (found === undefined || found === form) return
    throw new EngineError(
      'failed-precondition',
      `the layers in ${root} are ${found}, which this storage driver cannot use`,
      {
        hint: `use --storage-driver ${found === 'copies' ? 'vfs' : 'overlay'}, or another --root`
      }
    )
  }
  const recordPath = (kind: SnapshotKind, key: string) => join(directories.records, kind, escapeKey(key))
  const layer = (id: string) => join(directories.layers, id)
  const find = (key: string): Snapshot | undefined => {
    // Committed ones again at the end: a commit may have happened between the looks.
    for (const kind of [...KINDS, KINDS[0]]) {
      const snapshot = readRecord(recordPath(kind, key), kind, key)
      if (snapshot !== undefined) return snapshot
    }
    return undefined
  }
  const get = (key: string): Snapshot => {
    const snapshot = find(key)
    if (snapshot === undefined) throw new EngineError('not-found', `no snapshot ${key}`, { subject: subjectOf(key) })
    return snapshot
  }
  const lock = async (mode: 'shared' | 'exclusive', path = lockFile): Promise<FileLock> => {
    make()
    return linux.lock.tryLock(path, { mode }) ?? linux.lock.lock(path, { mode })
  }
  const committedParent = (parent: string): Snapshot => {
    const snapshot = get(parent)
    if (snapshot.kind === 'committed') return snapshot
    throw new EngineError('failed-precondition', `snapshot ${parent} is not committed`, { subject: subjectOf(parent) })
  }
  const newLayer = (): string => {
    for (;;) {
      const id = randomId()
      try {
        mkdirSync(layer(id), { mode: 0o700 })
        return id
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
    }
  }
  /** Returns where the files are now. */
  const discard = (id: string): string => {
    const target = join(directories.trash, `${id}-${process.pid}-${Date.now().toString(36)}`)
    try {
      renameSync(layer(id), target)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
    return target
  }
  const taken = (key: string) =>
    new EngineError('already-exists', `there is a snapshot ${key} already`, { subject: subjectOf(key) })
  /** Makes the record appear whole, and only when the key is free. */
  const writeRecord = (kind: SnapshotKind, snapshot: SnapshotRecord) => {
    const path = recordPath(kind, snapshot.key)
    const temporary = join(directories.trash, `record-${snapshot.id}-${process.pid}`)
    try {
      writeFileSync(temporary, JSON.stringify(snapshot), { mode: 0o600 })
      fs.renameAt(fs.cwd, temporary, fs.cwd, path, 'noReplace')
    } catch (error) {
      rmSync(temporary, { force: true })
      throw errorCode(error) === 'EEXIST' ? taken(snapshot.key) : error
    }
  }
  const adopt = (parent: Snapshot, id: string) => {
    mkdirSync(join(directories.children, parent.id), { recursive: true, mode: 0o700 })
    writeFileSync(join(directories.children, parent.id, id), '')
  }
  const childrenOf = (id: string): string[] =>
    namesOf(join(directories.children, id)).filter((child) => exists(layer(child)))
  const disown = ({ id, lowers: [parent] }: SnapshotRecord) => {
    rmSync(join(directories.children, id), { recursive: true, force: true })
    if (parent === undefined) return
    rmSync(join(directories.children, parent, id), { force: true })
    try {
      rmdirSync(join(directories.children, parent))
    } catch {
      // Others are there.
    }
  }
  /** From here on the parent cannot be removed. */
  const begin = async (key: string, parent: string | undefined): Promise<SnapshotRecord> => {
    using _held = await lock('shared')
    const above = parent === undefined ? undefined : committedParent(parent)
    const lowers = above === undefined ? [] : [above.id, ...above.lowers]
    const id = newLayer()
    try {
      if (above !== undefined) adopt(above, id)
    } catch (error) {
      discard(id)
      throw error
    }
    return { key, parent, id, lowers, createdAt: Date.now() }
  }
  const create: SnapshotMetadata['create'] = async (request, makeLayer) => {
    const { key, parent, kind, ephemeral = false, metacopy = false } = request
    checkForm()
    marks.sweep()
    if (find(key) !== undefined) throw taken(key)
    using _making = await lock('shared', makingFile)
    const record = {
      ...(await begin(key, parent)),
      ...(ephemeral ? { ephemeral } : {}),
      ...(metacopy ? { metacopy } : {})
    }
    try {
      await makeLayer(layer(record.id), { ...record, kind })
      writeRecord(kind, record)
    } catch (error) {
      const hidden = discard(record.id)
      disown(record)
      await removeFiles(fs, hidden)
      throw error
    }
    return { ...record, kind }
  }
  const commitRecord = (name: string, key: string) => {
    try {
      fs.renameAt(fs.cwd, recordPath('active', key), fs.cwd, recordPath('committed', name), 'noReplace')
    } catch (error) {
      throw errorCode(error) === 'EEXIST' ? taken(name) : error
    }
  }
  const commit = (name: string, key: string) => {
    const snapshot = get(key)
    if (snapshot.kind !== 'active') {
      throw new EngineError('failed-precondition', `snapshot ${key} is ${snapshot.kind}, not active`, {
        subject: subjectOf(key)
      })
    }
    if (name !== key && find(name) !== undefined) throw taken(name)
    marks.mark(snapshot.id)
    commitRecord(name, key)
  }
  const hide = async (key: string): Promise<string | undefined> => {
    using _held = await lock('exclusive')
    const snapshot = find(key)
    if (snapshot === undefined) return undefined
    if (childrenOf(snapshot.id).length > 0) {
      throw new EngineError('failed-precondition', `snapshot ${key} has others above it`, { subject: subjectOf(key) })
    }
    // The record goes first: a layer without one is an orphan, a record without layer would be broken.
    rmSync(recordPath(snapshot.kind, key), { force: true })
    const hidden = discard(snapshot.id)
    disown(snapshot)
    return hidden
  }
  const remove = async (key: string) => {
    const hidden = await hide(key)
    if (hidden !== undefined) await removeFiles(fs, hidden)
  }
  const readAll = () => readRecords(directories.records)
  const list = (): Snapshot[] => readAll().snapshots
  const broken = (): BrokenRecord[] => readAll().broken
  const dropBroken = (name: string) => {
    if (!broken().some(({ key, kind }) => key === name && kind === 'committed')) return
    rmSync(recordPath('committed', name), { force: true })
  }
  /** The record of `name`; when that is lost, as far as one that stands on it remembers. */
  const committedOr = (name: string, fresh: Snapshot): SnapshotRecord => {
    const found = find(name)
    if (found !== undefined) return found
    const child = list().find(({ parent }) => parent === name)
    return { ...fresh, key: name, id: child?.lowers[0] ?? fresh.id }
  }
  const replace = async (name: string, key: string) => {
    const hidden = await swap(name, key)
    if (hidden !== undefined) await removeFiles(fs, hidden)
  }
  const swap = async (name: string, key: string): Promise<string | undefined> => {
    using _held = await lock('exclusive')
    const fresh = get(key)
    const old = committedOr(name, fresh)
    if (fresh.kind !== 'active' || fresh.lowers.join() !== old.lowers.join())
      throw new EngineError('failed-precondition', `snapshot ${key} cannot take the place of ${name}`, {
        subject: subjectOf(key)
      })
    if (isMounted(old.id))
      throw new EngineError('in-use', `layer ${name} is mounted, so that it cannot be replaced`, {
        subject: subjectOf(name),
        hint: 'stop the containers that use it, and unmount its images'
      })
    marks.mark(old.id)
    if (old.id === fresh.id) return void commitRecord(name, key)
    const both = exists(layer(old.id))
    fs.renameAt(fs.cwd, layer(fresh.id), fs.cwd, layer(old.id), both ? 'exchange' : 'noReplace')
    if (find(name) === undefined) writeRecord('committed', old)
    rmSync(recordPath('active', key), { force: true })
    marks.forget(old.id)
    const hidden = discard(fresh.id)
    disown(fresh)
    return hidden
  }
  const isUnverified = ({ id, kind }: Snapshot) => {
    earlier ??= new Set(marks.earlier())
    return kind === 'committed' && earlier.size > 0 && earlier.has(id)
  }
  const trust = (name: string) => {
    marks.forget(get(name).id)
    earlier = undefined
  }
  const discardOrphans = async () => {
    make()
    using nobody = linux.lock.tryLock(makingFile)
    if (nobody === undefined) return
    using _held = await lock('exclusive')
    const all = readAll()
    // Nobody knows which layers the unreadable records are of.
    if (all.broken.length > 0) return
    const known = new Set(all.snapshots.flatMap(({ id, lowers }) => [id, ...lowers]))
    for (const id of namesOf(directories.layers)) if (!known.has(id)) discard(id)
    for (const id of namesOf(directories.children)) {
      if (!known.has(id)) rmSync(join(directories.children, id), { recursive: true, force: true })
    }
  }
  const cleanTrash = async () => {
    await discardOrphans()
    const names = namesOf(directories.trash).filter((name) => !isBeingWritten(name))
    for (const name of names) await removeFiles(fs, join(directories.trash, name))
    return names.length
  }
  return {
    checkForm,
    find,
    get,
    list,
    broken,
    dropBroken,
    create,
    commit,
    replace,
    isUnverified,
    trust,
    remove,
    layer,
    cleanTrash
  }
}
