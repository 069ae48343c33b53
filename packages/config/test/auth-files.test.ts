import { describe, expect, it } from 'vitest'
import { loadConfig } from '@runcible/config'

const files = (env: Record<string, string>, uid = 0) => loadConfig({ env, uid }).authFiles

describe('authFiles', () => {
  it('are those of root without a session', () => {
    expect(files({ HOME: '/root' })).toEqual([
      '/run/containers/0/auth.json',
      '/root/.config/containers/auth.json',
      '/root/.docker/config.json'
    ])
  })

  it('follow XDG and Docker variables', () => {
    const env = {
      HOME: '/home/ann',
      XDG_RUNTIME_DIR: '/run/user/7',
      XDG_CONFIG_HOME: '/conf',
      DOCKER_CONFIG: '/docker'
    }
    expect(files(env, 7)).toEqual([
      '/run/user/7/containers/auth.json',
      '/conf/containers/auth.json',
      '/docker/config.json'
    ])
  })

  it('are just the one that is named', () => {
    expect(files({ HOME: '/root', REGISTRY_AUTH_FILE: '/secret/auth.json' })).toEqual(['/secret/auth.json'])
    expect(loadConfig({ env: { REGISTRY_AUTH_FILE: '/a' }, uid: 0, flags: { authFile: '/b' } }).authFiles).toEqual([
      '/b'
    ])
  })
})
