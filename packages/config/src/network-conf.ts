import { dirname, join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { userDirectory, type Surroundings } from './config-files.ts'
import type { LayeredSettings } from './layered-settings.ts'

export type NetworkDriverName = 'bridge' | 'cni'

export interface NetworkConfig {
  /** `bridge` is built in; `cni` runs the distribution's plugins. */
  readonly driver: NetworkDriverName
  /**
   * Name of the network that a container gets by default. Not containers.conf's `default_network`: two engines on one
   * host must not give out addresses of one bridge.
   */
  readonly defaultName: string
  /** Where CNI plugins are looked for, in this order. */
  readonly pluginDirectories: readonly string[]
  /** Directory of the CNI configurations that the administrator wrote. */
  readonly configDirectories: readonly string[]
}

export const defaultNetworkName = 'runcible'

const defaultPluginDirectories = [
  '/usr/local/libexec/cni',
  '/usr/libexec/cni',
  '/usr/local/lib/cni',
  '/usr/lib/cni',
  '/opt/cni/bin'
]

/** Table `network` of containers.conf(5); CNI_PATH, as CNI's own tools read it, comes first. */
export function readNetworkConfig(
  settings: LayeredSettings,
  surroundings: Surroundings,
  driver = 'bridge'
): NetworkConfig {
  if (driver !== 'bridge' && driver !== 'cni') {
    throw new EngineError('invalid-argument', `there is no network driver ${JSON.stringify(driver.slice(0, 80))}`, {
      hint: 'use bridge or cni'
    })
  }
  const configured = settings.strings('network.cni_plugin_dirs')?.value ?? []
  const fromEnvironment = surroundings.env['CNI_PATH']?.split(':').filter((path) => path.startsWith('/')) ?? []
  const directory = settings.string('network.network_config_dir')?.value
  return {
    driver,
    defaultName: defaultNetworkName,
    pluginDirectories: [...fromEnvironment, ...(configured.length > 0 ? configured : defaultPluginDirectories)],
    configDirectories: directory ? [directory] : defaultConfigDirectories(surroundings)
  }
}

function defaultConfigDirectories(surroundings: Surroundings): readonly string[] {
  if (surroundings.uid === 0) return ['/etc/cni/net.d']
  const containers = userDirectory(surroundings)
  return containers === undefined ? [] : [join(dirname(containers), 'cni/net.d')]
}
