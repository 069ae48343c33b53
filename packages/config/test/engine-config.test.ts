import { isEngineError } from '@runcible/interface'
import { loadConfig } from '@runcible/config'
import { describe, expect, it } from 'vitest'
import { sandbox } from './sandbox.ts'

describe('loadConfig', () => {
  it('has defaults on a machine without any file', () => {
    using box = sandbox()
    const config = box.load()
    expect(config.rootless).toBe(false)
    expect(config.snapshotter).toBe('overlay')
    expect(config.containers).toEqual({
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ulimits: [
        { type: 'RLIMIT_NOFILE', soft: 1024, hard: 524288 },
        { type: 'RLIMIT_CORE', soft: 0, hard: 0 }
      ],
      sysctls: {},
      pidsLimit: 2048,
      shmSize: 67108864,
      umask: 0o022,
      stopTimeout: 10,
      logDriver: 'k8s-file',
      logMaxSize: 20 * 1024 * 1024,
      network: 'runcible',
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      initPaths: config.containers.initPaths
    })
    expect(config.containers.initPaths).toContain('/usr/libexec/podman/catatonit')
    expect(config.runtime.name).toBe('runc')
    expect(config.runtime.conmonPaths).toContain('/usr/bin/conmon')
    expect(config.network.pluginDirectories).toContain('/usr/lib/cni')
    expect(config.registries.search).toEqual(['docker.io'])
  })

  it('is frozen, and keeps what it read', () => {
    using box = sandbox()
    const config = box.load()
    for (const value of [
      config,
      config.paths,
      config.authFiles,
      config.containers,
      config.registries,
      config.runtime
    ]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
    box.write('etc/containers.conf', '[containers]\npids_limit = 5\n')
    expect(config.containers).toBe(config.containers)
    expect(config.containers.pidsLimit).toBe(2048)
    expect(box.load().containers.pidsLimit).toBe(5)
  })

  it('parses no file that a section does not need', () => {
    using box = sandbox()
    box.write('etc/containers.conf', 'this is no TOML')
    const config = box.load()
    expect(config.paths.root).toBe('/var/lib/runcible')
    expect(config.runtime.name).toBe('runc')
    expect(() => config.containers).toThrow('containers.conf, line 1')
  })

  it('prefers flags to variables, and ignores empty variables', () => {
    using box = sandbox()
    expect(box.load({ env: { RUNCIBLE_STORAGE_DRIVER: 'vfs' } }).snapshotter).toBe('vfs')
    expect(box.load({ env: { RUNCIBLE_STORAGE_DRIVER: '' } }).snapshotter).toBe('overlay')
    expect(box.load({ env: { RUNCIBLE_STORAGE_DRIVER: 'vfs' }, flags: { storageDriver: 'overlay' } }).snapshotter).toBe(
      'overlay'
    )
    expect(box.load({ env: { RUNCIBLE_NETWORK_DRIVER: 'cni' } }).network.driver).toBe('cni')
    expect(
      box.load({ env: { RUNCIBLE_NETWORK_DRIVER: 'cni' }, flags: { networkDriver: 'bridge' } }).network.driver
    ).toBe('bridge')
  })

  it('refuses drivers that do not exist', () => {
    using box = sandbox()
    expect(() => box.load({ flags: { storageDriver: 'btrfs' } })).toThrow('"btrfs"')
    expect(() => box.load({ flags: { networkDriver: 'netavark' } }).network).toThrow('"netavark"')
  })

  it('loads for this process by default', () => {
    expect(loadConfig().rootless).toBe(process.getuid!() !== 0)
  })

  it('throws engine errors', () => {
    using box = sandbox()
    box.write('etc/containers.conf/not-a-file', '')
    try {
      expect(box.load().containers).toBe('unreachable')
    } catch (error) {
      expect(isEngineError(error, 'permission-denied')).toBe(true)
      expect((error as Error).message).toContain('etc/containers.conf')
    }
  })

  it('the storage driver is the one asked for, else that of storage.conf, else overlay', () => {
    using box = sandbox()
    const file = box.write('storage.conf', '[storage]\ndriver = "vfs"\n')
    const env = { CONTAINERS_STORAGE_CONF: file }
    const driver = (more: object = {}, flags = {}) =>
      loadConfig({ env: { ...env, ...more }, flags, uid: 0, systemDirectories: [] }).snapshotter
    expect(driver()).toBe('vfs')
    expect(driver({ RUNCIBLE_STORAGE_DRIVER: 'overlay' })).toBe('overlay')
    expect(driver({}, { storageDriver: 'fuse-overlayfs' })).toBe('fuse-overlayfs')
    expect(driver({ CONTAINERS_STORAGE_CONF: '/nonexistent' })).toBe('overlay')
    box.write('storage.conf', '[storage.options.overlay]\nmount_program = "/usr/bin/fuse-overlayfs"\n')
    expect(driver()).toBe('fuse-overlayfs')
    box.write('storage.conf', '[storage]\ndriver = "btrfs"\n')
    expect(() => driver()).toThrow(`${file}: there is no storage driver "btrfs"`)
  })

  it('takes the limit of layers as a size', () => {
    using box = sandbox()
    const limit = (text: string) => box.load({ env: { RUNCIBLE_MAX_LAYER_SIZE: text } }).maxLayerSize
    expect([limit(''), limit('20g'), limit('512')]).toEqual([undefined, 20 * 1024 ** 3, 512])
    expect(() => limit('much')).toThrow('RUNCIBLE_MAX_LAYER_SIZE=much is not a size')
    expect(() => limit('0')).toThrow('is not a size')
  })
})
