import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, parseImageConfig, SpecError } from '../../src/index.ts'

const rootfs = { type: 'layers', diff_ids: [digestOf('a')] }
const minimal = { architecture: 'amd64', os: 'linux', rootfs }

describe('parseImageConfig', () => {
  it('reads what docker build writes', () => {
    const config = {
      User: '',
      ExposedPorts: { '80/tcp': {} },
      Env: ['PATH=/bin'],
      Entrypoint: null,
      Cmd: ['sh'],
      Volumes: { '/data': null },
      WorkingDir: '/',
      Labels: null,
      OnBuild: null,
      StopSignal: 'SIGQUIT',
      Shell: ['/bin/sh', '-c'],
      Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000, Retries: 3 }
    }
    const history = [{ created: '2026-01-01T00:00:00Z', created_by: 'RUN x', empty_layer: true, comment: 'c' }]
    const parsed = parseImageConfig({
      ...minimal,
      created: '2026-01-01T00:00:00Z',
      config,
      history,
      docker_version: '29',
      container_config: {}
    })
    expect(parsed).toEqual({
      ...minimal,
      created: '2026-01-01T00:00:00Z',
      config: {
        User: '',
        ExposedPorts: { '80/tcp': {} },
        Env: ['PATH=/bin'],
        Cmd: ['sh'],
        Volumes: { '/data': {} },
        WorkingDir: '/',
        StopSignal: 'SIGQUIT',
        Shell: ['/bin/sh', '-c'],
        Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000, Retries: 3 }
      },
      history,
      docker_version: '29'
    })
  })

  it('tolerates null lists and maps and a missing platform', () => {
    const parsed = parseImageConfig({
      config: { Env: null, Cmd: null, Labels: null },
      history: null,
      rootfs: { type: 'layers', diff_ids: null }
    })
    expect(parsed).toEqual({ architecture: '', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } })
  })

  it('keeps __proto__ in labels and volumes as data', () => {
    const text = `{"rootfs":{"type":"layers"},"config":{"Labels":{"__proto__":"l"},"Volumes":{"__proto__":{}}}}`
    const { config = {} } = parseImageConfig(JSON.parse(text))
    expect(Object.keys(config.Labels ?? {})).toEqual(['__proto__'])
    expect(Object.keys(config.Volumes ?? {})).toEqual(['__proto__'])
  })

  it.each([
    [{ ...minimal, rootfs: undefined }, '/rootfs'],
    [{ ...minimal, rootfs: { type: 'dirs', diff_ids: [] } }, '/rootfs/type'],
    [{ ...minimal, rootfs: { type: 'layers', diff_ids: ['../x'] } }, '/rootfs/diff_ids/0'],
    [{ ...minimal, config: { Env: ['A=1', 2] } }, '/config/Env/1'],
    [{ ...minimal, config: { Labels: { 'a/b~c': 1 } } }, '/config/Labels/a~1b~0c'],
    [{ ...minimal, config: { Healthcheck: { Interval: -1 } } }, '/config/Healthcheck/Interval']
  ])('names the place of what is wrong', (value, path) => {
    expect(() => parseImageConfig(value)).toThrow(expect.objectContaining({ path }))
  })

  it('throws nothing but SpecError', () => {
    fc.assert(
      fc.property(
        fc.record({
          rootfs: fc.oneof(fc.anything(), fc.constant(rootfs)),
          config: fc.anything(),
          history: fc.anything()
        }),
        (value) => {
          try {
            parseImageConfig(value)
          } catch (error) {
            expect(error).toBeInstanceOf(SpecError)
          }
        }
      )
    )
  })
})
