import { describe, expect, it } from 'vitest'
import { loadConfig, type ConfigRequest } from '@runcible/config'

const paths = (request: ConfigRequest) => loadConfig({ env: {}, uid: 0, ...request }).paths

describe('enginePaths', () => {
  it('are the system places for root', () => {
    expect(paths({})).toEqual({
      root: '/var/lib/runcible',
      runRoot: '/run/runcible',
      socket: '/run/runcible/runcible.sock'
    })
  })

  it('are XDG places for others', () => {
    const env = { HOME: '/srv/person', XDG_DATA_HOME: '/data/ann', XDG_RUNTIME_DIR: '/run/user/7' }
    expect(paths({ uid: 7, env })).toEqual({
      root: '/data/ann/runcible',
      runRoot: '/run/user/7/runcible',
      socket: '/run/user/7/runcible/runcible.sock'
    })
    expect(paths({ uid: 7, env: { HOME: '/srv/person' } })).toEqual({
      root: '/srv/person/.local/share/runcible',
      runRoot: '/run/user/7/runcible',
      socket: '/run/user/7/runcible/runcible.sock'
    })
  })

  it('ignore relative XDG directories, as their specification says', () => {
    const env = { HOME: '/srv/person', XDG_DATA_HOME: 'data', XDG_RUNTIME_DIR: 'run' }
    expect(paths({ uid: 7, env }).root).toBe('/srv/person/.local/share/runcible')
    expect(paths({ uid: 7, env }).runRoot).toBe('/run/user/7/runcible')
  })

  it('need a home', () => {
    expect(() => paths({ uid: 7 })).toThrow('HOME')
    expect(paths({ uid: 7, flags: { root: '/a', runRoot: '/b' } }).socket).toBe('/b/runcible.sock')
  })

  it('come from flags, then variables; the socket follows the run root', () => {
    const env = { RUNCIBLE_ROOT: '/env/root', RUNCIBLE_RUNROOT: '/env/run', RUNCIBLE_SOCKET: '' }
    expect(paths({ env })).toEqual({ root: '/env/root', runRoot: '/env/run', socket: '/env/run/runcible.sock' })
    expect(paths({ env, flags: { root: '/flag/root', socket: '/flag/api.sock' } })).toEqual({
      root: '/flag/root',
      runRoot: '/env/run',
      socket: '/flag/api.sock'
    })
  })

  it('are made absolute', () => {
    expect(paths({ flags: { root: 'data/../store/' } }).root).toBe(`${process.cwd()}/store`)
  })

  it('refuse what is no path, and one directory for both', () => {
    expect(() => paths({ flags: { root: '' } })).toThrow('root')
    expect(() => paths({ flags: { runRoot: 'a\0b' } })).toThrow('runroot')
    expect(() => paths({ flags: { root: '/same', runRoot: '/same/' } })).toThrow('/same')
  })
})
