// An engine with a network driver of its own: every container is alone with its loopback.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { assemble, EngineError, engineSettings, loadConfig, localEngine, type NetworkDriver } from '@runcible/engine'
import { createLinux } from '@runcible/linux'
import { busyboxTar } from './busybox.ts'

/** A driver is a function: settings first, then the components it is made of – here none. */
const loopbackOnly = (init: { readonly directory: string }) => (): NetworkDriver => {
  const { namespace } = createLinux()
  const pathOf = (containerId: string) => join(init.directory, containerId)
  const unsupported = async () => {
    throw new EngineError('unsupported', 'containers of this engine have no network')
  }
  return {
    create: unsupported,
    remove: unsupported,
    list: async () => [],
    inspect: async () => undefined,
    async createNamespace(containerId) {
      const path = pathOf(containerId)
      namespace.createNetwork(path)
      namespace.withNetwork(path, () => execFileSync('ip', ['link', 'set', 'lo', 'up']))
      return path
    },
    async setup({ netns, ports }) {
      if (ports.length > 0) return unsupported()
      return { netns, endpoints: [], ports: [], nameservers: [], searchDomains: [] }
    },
    teardown: async ({ containerId }) => namespace.removeNetwork(pathOf(containerId)),
    reload: async () => {}
  }
}

const config = loadConfig()
const components = await assemble({ config })
const network = loopbackOnly({ directory: join(config.paths.runRoot, 'loopback') })()
await using engine = localEngine({ ...components, network, settings: engineSettings({ config, ...components }) })

await using cleanup = new AsyncDisposableStack()
const { id: image } = await engine.images.import(busyboxTar(), { changes: ['ENTRYPOINT ["/bin/busybox"]'] })
cleanup.defer(async () => void (await engine.images.remove(image)))
const { id } = await engine.containers.create({ image, command: ['ip', '-oneline', 'address'] })
cleanup.defer(async () => void (await engine.containers.remove(id, { force: true })))

await engine.containers.start(id)
await engine.containers.wait(id)
for await (const { text } of engine.containers.logs(id)) console.log(text)
