import { describe, expect, it } from 'vitest'
import { fakeStateStore } from '@runcible/fakes'
import { containerFilter, shownStatus } from '../../src/containers/filters.ts'
import { record } from '../support/values.ts'

const web = record(
  { id: 'aa'.repeat(32), name: 'web', status: 'running', createdAt: 2000 },
  { labels: { app: 'shop' } }
)
const state = fakeStateStore()
state.containers.insert(web)
state.containers.insert(record({ id: 'bb'.repeat(32), name: 'old', createdAt: 1000 }))
const passes = (filters: Record<string, string[]>) => containerFilter(filters, state)(web)

describe('containerFilter', () => {
  it.each([
    [{}, true],
    [{ name: ['we'] }, true],
    [{ name: ['^we$'] }, false],
    [{ name: ['^web$'] }, true],
    [{ id: ['aaaa'] }, true],
    [{ status: ['exited', 'running'] }, true],
    [{ status: ['exited'] }, false],
    [{ label: ['app'] }, true],
    [{ label: ['app=shop', 'missing'] }, false],
    [{ label: ['toString'] }, false],
    [{ ancestor: ['busybox'] }, true],
    [{ ancestor: ['docker.io/library/busybox:latest'] }, true],
    [{ ancestor: ['box'] }, false],
    [{ network: ['runcible'] }, true],
    [{ since: ['old'] }, true],
    [{ before: ['old'] }, false],
    [{ name: ['web'], status: ['paused'] }, false]
  ] as [Record<string, string[]>, boolean][])('%j gives %s', (filters, expected) =>
    expect(passes(filters)).toBe(expected)
  )

  it('refuses a filter that it does not know', () => {
    expect(() => passes({ colour: ['red'] })).toThrow('colour is an invalid filter')
  })
})

it('shows what is being cleaned up as exited, or created when it never ran', () => {
  expect(shownStatus({ status: 'stopped', startedAt: 1 })).toBe('exited')
  expect(shownStatus({ status: 'stopped' })).toBe('created')
})
