import { expect, it } from 'vitest'
import { runConfigOf } from '../../src/containers/commit.ts'
import { configOf } from '../support/values.ts'

it('takes the place of what the image said, and keeps what a container does not have', () => {
  const image = {
    Cmd: ['old'],
    Entrypoint: ['/entry'],
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/data': {} },
    Labels: { a: '1', b: '2' },
    OnBuild: ['RUN x'],
    Healthcheck: { Test: ['CMD', 'true'] },
    StopSignal: 'SIGINT'
  }
  const config = configOf(
    { command: ['new'], user: 'me', workdir: '/srv', labels: { b: '3' }, env: { X: 'y' }, expose: ['53/udp'] },
    image
  )
  expect(runConfigOf(image, config, false)).toEqual({
    User: 'me',
    ExposedPorts: { '53/udp': {}, '80/tcp': {} },
    Env: config.env,
    Entrypoint: ['/entry'],
    Cmd: ['new'],
    Volumes: { '/data': {} },
    WorkingDir: '/srv',
    Labels: { a: '1', b: '3' },
    StopSignal: 'SIGINT',
    OnBuild: ['RUN x'],
    Healthcheck: { Test: ['CMD', 'true'] }
  })
  expect(config.env).toContain('X=y')
})

it('says nothing of what is empty or the usual', () => {
  const config = configOf({ entrypoint: [], command: ['x'] }, { Entrypoint: ['/entry'], User: 'me' })
  const run = runConfigOf({ Entrypoint: ['/entry'], User: 'me' }, { ...config, user: '' }, false)
  expect(Object.keys(run).toSorted()).toEqual(['Cmd', 'Env', 'WorkingDir'])
})

it('makes volumes of what is mounted when asked to', () => {
  const mounts = [
    { type: 'volume' as const, source: 'v', target: '/v', options: [] },
    { type: 'bind' as const, source: '/host', target: '/b', options: [] },
    { type: 'tmpfs' as const, target: '/t', options: [] }
  ]
  const image = { Volumes: { '/own': {} } }
  const config = configOf({ mounts }, { Cmd: ['sh'] })
  expect(runConfigOf(image, config, true).Volumes).toEqual({ '/b': {}, '/own': {}, '/v': {} })
  expect(runConfigOf(image, config, false).Volumes).toEqual({ '/own': {} })
})
