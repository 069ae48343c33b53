import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLinux } from '@runcible/linux'
import { describeEventBus, describeStateStore } from '@runcible/suites'
import { sqliteState } from '@runcible/state-sqlite'

async function twoHandles() {
  const root = await mkdtemp(join(tmpdir(), 'state-'))
  const init = { root, lockDirectory: join(root, 'locks'), linux: createLinux() }
  const mine = sqliteState(init)({})
  const theirs = sqliteState(init)({})
  return {
    mine,
    theirs,
    [Symbol.asyncDispose]: async () => {
      theirs.state.close()
      mine.state.close()
      await rm(root, { recursive: true })
    }
  }
}

describeStateStore('sqlite', async () => {
  const { mine, theirs, ...dispose } = await twoHandles()
  return { state: mine.state, other: theirs.state, ...dispose }
})

describeEventBus('sqlite', async () => {
  const { mine, theirs, ...dispose } = await twoHandles()
  return { events: mine.events, other: theirs.events, ...dispose }
})
