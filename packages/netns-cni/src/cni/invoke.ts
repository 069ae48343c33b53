import { EngineError, type CallOptions } from '@runcible/interface'
import type { CniCommand, PluginRunner } from './cni-exec.ts'
import type { Conflist, PluginConfig } from './conflist.ts'

/** One attachment of a container to a network: all that ADD needs, and what it gave, for DEL. */
export interface Invocation {
  readonly conflist: Conflist
  readonly containerId: string
  readonly netns: string
  readonly device: string
  /** Values of capabilities: given to the plugins that declare them. */
  readonly capabilities: Readonly<Record<string, unknown>>
  /** The last plugin's result. */
  readonly result?: unknown
}

const runtimeConfigFor = (
  { capabilities: declared = {} }: PluginConfig,
  values: Invocation['capabilities']
): Record<string, unknown> => Object.fromEntries(Object.entries(values).filter(([name]) => declared[name] === true))

const configFor = (plugin: PluginConfig, invocation: Invocation, prevResult: unknown): Record<string, unknown> => {
  const { name, cniVersion } = invocation.conflist
  const { capabilities: _declared, ...own } = plugin
  const runtimeConfig = runtimeConfigFor(plugin, invocation.capabilities)
  return {
    ...own,
    name,
    cniVersion,
    ...(Object.keys(runtimeConfig).length === 0 ? {} : { runtimeConfig }),
    ...(prevResult === undefined ? {} : { prevResult })
  }
}

const callOf = (command: CniCommand, plugin: PluginConfig, invocation: Invocation, prevResult: unknown) => {
  const { containerId, netns, device } = invocation
  return { command, type: plugin.type, containerId, netns, device, config: configFor(plugin, invocation, prevResult) }
}

/** ADD: the plugins in order, each with the result of the one before. @returns the last result */
export const addToNetwork = async (
  runner: PluginRunner,
  invocation: Invocation,
  options?: CallOptions
): Promise<unknown> => {
  let result: unknown
  for (const plugin of invocation.conflist.plugins) {
    result = (await runner.run(callOf('ADD', plugin, invocation, result), options)) ?? result
  }
  return result
}

/** How the reference plugins, through iptables, say that what they would delete is not there. */
const GONE = /does not exist|does a matching rule exist|no chain\/target|no such file or directory/i

/** DEL: the plugins in reverse order, each with the result of ADD. Every plugin has its turn; the first error is thrown. */
export const removeFromNetwork = async (runner: PluginRunner, invocation: Invocation): Promise<void> => {
  let first: unknown
  for (const plugin of [...invocation.conflist.plugins].reverse()) {
    try {
      await runner.run(callOf('DEL', plugin, invocation, invocation.result))
    } catch (error) {
      // A plugin must not fail for what is gone (specification, DEL), yet some do when rules were flushed.
      if (!(error instanceof EngineError && GONE.test(error.message))) first ??= error
    }
  }
  if (first !== undefined) throw first
}
