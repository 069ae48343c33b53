import { describe, expect, it } from 'vitest'
import type { RestartPolicy } from '@runcible/interface'
import { restartDelay } from '../../src/containers/restart-policy.ts'
import { record } from '../support/values.ts'

const exited = (
  restart: RestartPolicy,
  fields: { code?: number; count?: number; ran?: number; stoppedByUser?: boolean } = {}
) =>
  record(
    {
      status: 'exited',
      startedAt: 5000,
      exit: { code: fields.code ?? 1, at: 5000 + (fields.ran ?? 10), oomKilled: false },
      restartCount: fields.count ?? 0,
      stoppedByUser: fields.stoppedByUser ?? false
    },
    { restart }
  )

describe('restartDelay', () => {
  it('is none without a policy, after a stop, and before any exit', () => {
    expect(restartDelay(exited({ name: 'no' }))).toBeUndefined()
    expect(restartDelay(exited({ name: 'always' }, { stoppedByUser: true }))).toBeUndefined()
    expect(restartDelay(record({ status: 'created' }, { restart: { name: 'always' } }))).toBeUndefined()
  })
  it('counts failures only, up to the limit, with on-failure', () => {
    expect(restartDelay(exited({ name: 'on-failure' }, { code: 0 }))).toBeUndefined()
    expect(restartDelay(exited({ name: 'on-failure', maximumRetryCount: 2 }, { count: 1 }))).toBe(200)
    expect(restartDelay(exited({ name: 'on-failure', maximumRetryCount: 2 }, { count: 2 }))).toBeUndefined()
  })
  it('doubles up to a minute, and begins anew after a good run', () => {
    const delays = [0, 1, 5, 9, 10, 100].map((count) => restartDelay(exited({ name: 'always' }, { count })))
    expect(delays).toEqual([100, 200, 3200, 51_200, 60_000, 60_000])
    expect(restartDelay(exited({ name: 'always' }, { count: 9, ran: 10_000 }))).toBe(100)
  })
})
