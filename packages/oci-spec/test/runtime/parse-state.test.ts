import { describe, expect, it } from 'vitest'
import { parseRuntimeState } from '../../src/index.ts'

const state = {
  ociVersion: '1.0.2-dev',
  id: 'x',
  pid: 42,
  status: 'running',
  bundle: '/b',
  rootfs: '/b/rootfs',
  created: '2026-01-01T00:00:00Z',
  owner: ''
}

describe('parseRuntimeState', () => {
  it('reads what runc prints', () => {
    expect(parseRuntimeState({ ...state, annotations: null })).toEqual(state)
    expect(parseRuntimeState({ ...state, pid: 0, status: 'stopped' })).toMatchObject({ pid: 0, status: 'stopped' })
  })

  it('refuses unknown statuses and pids that are not numbers', () => {
    expect(() => parseRuntimeState({ ...state, status: 'dead' })).toThrow(
      /^\/status: there is no container status "dead"/
    )
    expect(() => parseRuntimeState({ ...state, pid: -1 })).toThrow(/^\/pid/)
    expect(() => parseRuntimeState({ ...state, id: undefined })).toThrow(/^\/id/)
  })
})
