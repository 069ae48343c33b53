import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fileLogs } from '@runcible/logs'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('reads the journal of the system, of one container', async () => {
  const journalctl = join(directory, 'journalctl')
  const entries = [
    { MESSAGE: 'one', PRIORITY: '6', __REALTIME_TIMESTAMP: '1700000000000001' },
    { MESSAGE: [104, 105], PRIORITY: '3', __REALTIME_TIMESTAMP: '1700000000000002' },
    { MESSAGE: 'part', PRIORITY: '6', CONTAINER_PARTIAL_MESSAGE: 'true', __REALTIME_TIMESTAMP: '1700000000000003' }
  ]
  await writeFile(
    journalctl,
    `#!/bin/sh\necho "$@" > ${directory}/args\ncat <<'END'\n${entries.map((entry) => JSON.stringify(entry)).join('\n')}\nnot json\nEND\n`
  )
  await chmod(journalctl, 0o755)
  const logs = fileLogs({ root: directory, journal: { journalctl, socket: journalctl } })({})
  const target = await logs.target('c1', { driver: 'journald' })
  expect(await Array.fromAsync(logs.read(target, { tail: 5, since: 1_700_000_000_000_000_000n }))).toEqual([
    { stream: 'stdout', time: 1_700_000_000_000_001_000n, text: 'one', complete: true },
    { stream: 'stderr', time: 1_700_000_000_000_002_000n, text: 'hi', complete: true },
    { stream: 'stdout', time: 1_700_000_000_000_003_000n, text: 'part', complete: false }
  ])
  const args = await readFile(join(directory, 'args'), 'utf8')
  expect(args).toContain('--lines=5 --since=@1700000000.000000 CONTAINER_ID_FULL=c1')
})

it('follows nothing for a caller who has gone', async () => {
  const journalctl = join(directory, 'journalctl')
  await writeFile(journalctl, '#!/bin/sh\nexec sleep 60\n')
  await chmod(journalctl, 0o755)
  const logs = fileLogs({ root: directory, journal: { journalctl, socket: journalctl } })({})
  const target = await logs.target('c1', { driver: 'journald' })
  expect(await Array.fromAsync(logs.read(target, { follow: true, signal: AbortSignal.abort() }))).toEqual([])
})

it('says when the host keeps no journal', async () => {
  const logs = fileLogs({ root: directory, journal: { socket: join(directory, 'absent') } })({})
  await expect(logs.target('c1', { driver: 'journald' })).rejects.toMatchObject({ code: 'unavailable' })
})
