import {
  EngineError,
  isEngineError,
  type CallOptions,
  type ContainerRecord,
  type Exit,
  type WaitCondition
} from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'
import { isUp } from './is-up.ts'
import { loadTask } from './task.ts'

type WaitParts = Pick<Parts, 'state' | 'runtime' | 'events'>

const neverRan: Exit = { code: 0, at: 0, oomKilled: false }

/** Waits until the container is in the wanted condition; gives its last exit. */
export async function waitForContainer(
  parts: WaitParts,
  name: string,
  options: CallOptions & { readonly condition?: WaitCondition } = {}
): Promise<Exit> {
  const record = findContainer(parts.state, name)
  const condition = options.condition ?? 'stopped'
  if (condition === 'exited' || condition === 'stopped') return waitForExit(parts, record, options)
  if (condition === 'next-exit') {
    return isUp(record)
      ? waitForExit(parts, record, options)
      : waitForState(parts, record, (now) => now?.exit !== undefined && now.exit.at !== record.exit?.at, options)
  }
  if (condition === 'removed') return waitForState(parts, record, (now) => now === undefined, options)
  return waitForState(parts, record, (now) => now?.status === condition, options)
}

async function waitForExit(parts: WaitParts, record: ContainerRecord, options: CallOptions): Promise<Exit> {
  // A process that exited may not have been recorded yet, and one that is recorded may not be cleaned up.
  if (!isUp(record)) return parts.state.containers.get(record.id)?.exit ?? record.exit ?? neverRan
  const task = await loadTask(parts.runtime, record.id)
  const seen = await task?.wait(options).catch((error: unknown) => {
    throw isEngineError(error, 'aborted') ? stoppedWaiting(record, error) : error
  })
  return (await recordedExit(parts, record)) ?? seen ?? neverRan
}

/**
 * What was recorded of the end of this run. It counts for more than what was seen of the task, whose traces others may
 * have removed meanwhile; the event tells of it when the container is gone or runs anew.
 */
async function recordedExit(parts: WaitParts, record: ContainerRecord): Promise<Exit | undefined> {
  const { id, startedAt = record.createdAt } = record
  const now = parts.state.containers.get(id)
  if (now !== undefined && now.startedAt === record.startedAt) return now.exit
  const filters = { container: [id], event: ['died'] }
  const [since, until] = [startedAt, Date.now() + 1000].map((time) => BigInt(time) * 1_000_000n) as [bigint, bigint]
  for await (const { attributes, time } of parts.events.subscribe({ since, until, filters })) {
    const code = Number(attributes['containerExitCode'])
    return { code, at: Number(time / 1_000_000n), oomKilled: false }
  }
  return undefined
}

/** Looks at the record again at each of the container's events. */
async function waitForState(
  parts: WaitParts,
  record: ContainerRecord,
  isReached: (record: ContainerRecord | undefined) => boolean,
  options: CallOptions
): Promise<Exit> {
  const current = () => parts.state.containers.get(record.id)
  let exit = current()?.exit
  if (isReached(current())) return exit ?? neverRan
  // Begins a little in the past: what happens between the look and the subscription must not be missed.
  const since = BigInt(Date.now() - 1000) * 1_000_000n
  try {
    for await (const event of parts.events.subscribe({ ...options, since, filters: { container: [record.id] } })) {
      const now = current()
      exit = now?.exit ?? exit
      if (isReached(now) || (event.action === 'remove' && now === undefined)) return exit ?? neverRan
    }
  } catch (error) {
    if (!isEngineError(error, 'aborted')) throw error
  }
  throw stoppedWaiting(record, options.signal?.reason)
}

const stoppedWaiting = ({ name }: ContainerRecord, cause: unknown) =>
  new EngineError('aborted', `stopped waiting for container ${name}`, {
    subject: { kind: 'container', name },
    cause
  })
