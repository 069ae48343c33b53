import { describe, expect, it } from 'vitest'
import { sandbox } from './sandbox.ts'

describe('network', () => {
  it('takes plugin and configuration directories from containers.conf', () => {
    using box = sandbox()
    box.write(
      'etc/containers.conf',
      '[network]\ncni_plugin_dirs = ["/opt/cni"]\nnetwork_config_dir = "/opt/net.d"\ndefault_network = "podman"\n'
    )
    expect(box.load().network).toEqual({
      driver: 'bridge',
      defaultName: 'runcible',
      pluginDirectories: ['/opt/cni'],
      configDirectories: ['/opt/net.d']
    })
  })

  it('puts CNI_PATH first', () => {
    using box = sandbox()
    expect(box.load({ env: { CNI_PATH: '/mine:relative:/yours' } }).network.pluginDirectories.slice(0, 3)).toEqual([
      '/mine',
      '/yours',
      '/usr/local/libexec/cni'
    ])
  })

  it("looks in the user's net.d when rootless", () => {
    using box = sandbox()
    expect(box.load().network.configDirectories).toEqual(['/etc/cni/net.d'])
    expect(box.load({ uid: 1000, env: { XDG_CONFIG_HOME: '/conf' } }).network.configDirectories).toEqual([
      '/conf/cni/net.d'
    ])
  })
})
