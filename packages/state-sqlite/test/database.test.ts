import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isEngineError, type EngineError } from '@runcible/interface'
import { createLinux } from '@runcible/linux'
import { lockPath, sqliteState } from '@runcible/state-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openState, volume } from './fixtures/open-state.ts'
import { temporaryRoot, type TemporaryRoot } from './temporary.ts'

function errorOf(action: () => unknown): EngineError {
  try {
    action()
  } catch (error) {
    if (isEngineError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the database file', () => {
  let box: TemporaryRoot
  let root: string
  let file: string
  beforeEach(() => {
    box = temporaryRoot()
    root = box.root
    file = join(root, 'state.db')
  })
  afterEach(() => box[Symbol.asyncDispose]())

  const fill = (volumes: number) => {
    const { state } = openState(root)
    for (let index = 0; index < volumes; index++) state.volumes.insert(volume(`v${index}`))
    state.close()
  }

  it('is made in a folder that only its owner may enter', () => {
    const deep = join(root, 'a/b')
    sqliteState({ root: deep, lockDirectory: join(root, 'locks'), linux: createLinux() })({}).state.close()
    expect(statSync(deep).mode & 0o777).toBe(0o700)
  })

  it('ends a subscription when it is closed', async () => {
    const { state, events } = openState(root)
    events.publish({ type: 'volume', action: 'create', id: 'v', name: 'v' })
    const seen: string[] = []
    for await (const { action } of events.subscribe({ since: 0n })) {
      seen.push(action)
      state.close()
    }
    expect(seen).toEqual(['create'])
  })

  it('tells of events in the codes of the engine', async () => {
    const { state, events } = openState(root)
    const other = new DatabaseSync(file)
    other.exec('DROP TABLE events')
    other.close()
    const event = { type: 'volume', action: 'create', id: 'v', name: 'v' } as const
    expect(errorOf(() => events.publish(event)).code).toBe('internal')
    state.close()
  })

  it('gives a lock back whose file was removed', async () => {
    const { state } = openState(root)
    const held = await state.lock('one')
    rmSync(lockPath(join(root, 'locks'), 'one'))
    await held[Symbol.asyncDispose]()
    expect(state.isLocked('one')).toBe(false)
    state.close()
  })

  it('keeps records over a reopening', () => {
    fill(3)
    const { state } = openState(root)
    expect(state.volumes.list().map(({ id }) => id)).toEqual(['v0', 'v1', 'v2'])
    state.close()
    state.close()
  })

  it('is refused when it is something else', () => {
    writeFileSync(file, 'a text, not a database, of more than a hundred bytes '.repeat(50))
    expect(errorOf(() => openState(root))).toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(file),
      hint: expect.stringContaining('move the file away')
    })
  })

  it('is refused when bytes in it are damaged', () => {
    fill(500)
    const { size } = statSync(file)
    const fd = openSync(file, 'r+')
    for (let at = 4096; at < size; at += 4096) writeSync(fd, Buffer.alloc(64, 0xa5), 0, 64, at)
    closeSync(fd)
    const error = errorOf(() => {
      const { state } = openState(root)
      try {
        state.volumes.list()
      } finally {
        state.close()
      }
    })
    expect(error).toMatchObject({ code: 'corrupt', message: expect.stringContaining('damaged') })
  })

  it.each(['list', 'get', 'find', 'delete'] as const)('is refused when its end is missing: %s', (method) => {
    fill(500)
    truncateSync(file, 4096)
    const error = errorOf(() => {
      const { state } = openState(root)
      try {
        state.volumes[method]('v499')
      } finally {
        state.close()
      }
    })
    expect(error).toMatchObject({ code: 'corrupt', message: expect.stringContaining(file) })
  })

  describe('that is gone while containers have files', () => {
    beforeEach(() => {
      fill(1)
      mkdirSync(join(root, 'containers/0123abcd'), { recursive: true })
    })

    it('is no empty state when it is missing', () => {
      for (const name of readdirSync(root).filter((entry) => entry.startsWith('state.db'))) rmSync(join(root, name))
      for (let attempt = 0; attempt < 2; attempt++) {
        const error = errorOf(() => openState(root))
        expect(error).toMatchObject({ code: 'corrupt', message: expect.stringContaining('is missing') })
        expect(error.hint).toContain(`move ${join(root, 'containers')} away`)
      }
      expect(existsSync(file)).toBe(false)
      rmSync(join(root, 'containers'), { recursive: true })
      openState(root).state.close()
      expect(existsSync(file)).toBe(true)
    })

    it('is no empty state when it was emptied', () => {
      copyFileSync(file, join(root, 'backup'))
      truncateSync(file, 0)
      for (let attempt = 0; attempt < 2; attempt++) {
        expect(errorOf(() => openState(root))).toMatchObject({
          code: 'corrupt',
          message: expect.stringContaining('is empty')
        })
      }
      copyFileSync(join(root, 'backup'), file)
      const { state } = openState(root)
      expect(state.volumes.list()).toHaveLength(1)
      state.close()
    })
  })

  it('begins anew when it is gone and no container is there', () => {
    fill(1)
    mkdirSync(join(root, 'containers'))
    truncateSync(file, 0)
    const { state } = openState(root)
    expect(state.volumes.list()).toEqual([])
    state.close()
  })

  it('of a newer engine is left as it is', () => {
    fill(1)
    const newer = new DatabaseSync(file)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    expect(errorOf(() => openState(root))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('schema 99'),
      hint: expect.stringContaining('upgrade')
    })
    const reopened = new DatabaseSync(file)
    expect(reopened.prepare('SELECT count(*) AS n FROM volumes').get()).toEqual({ n: 1 })
    reopened.close()
  })

  it.each(['/sys/kernel/runcible-state', '/proc/runcible-state'])('cannot be made in %s', (unwritable) => {
    const error = errorOf(() =>
      sqliteState({ root: unwritable, lockDirectory: join(root, 'locks'), linux: createLinux() })({})
    )
    expect(['permission-denied', 'invalid-argument']).toContain(error.code)
    expect(error.message).toContain(unwritable)
    expect(error.hint).toContain('--root')
  })

  it('cannot be made below a file', () => {
    writeFileSync(join(root, 'a-file'), '')
    const below = join(root, 'a-file/state')
    expect(errorOf(() => sqliteState({ root: below, lockDirectory: root, linux: createLinux() })({})).code).toBe(
      'invalid-argument'
    )
  })
})
