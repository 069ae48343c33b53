import type { Containers, Engine, Secrets } from '@runcible/interface'
import { attachContainer, resizeContainer } from './containers/attach.ts'
import { cleanUpContainer } from './containers/cleanup.ts'
import { copyIn, copyOut, statPath } from './containers/copy.ts'
import { createContainer } from './containers/create.ts'
import { execInContainer } from './containers/exec.ts'
import { containerExists, inspectContainer } from './containers/inspect.ts'
import { killContainer } from './containers/kill.ts'
import { listContainers } from './containers/list.ts'
import { readContainerLogs } from './containers/logs.ts'
import { pauseContainer, unpauseContainer } from './containers/pause.ts'
import { pruneContainers } from './containers/prune.ts'
import { removeContainer } from './containers/remove.ts'
import { renameContainer } from './containers/rename.ts'
import { restartContainer } from './containers/restart.ts'
import { startContainer } from './containers/start.ts'
import { stopContainer } from './containers/stop.ts'
import { topContainer } from './containers/top.ts'
import { waitForContainer } from './containers/wait.ts'
import { localImages } from './images/images.ts'
import { lazyNetworks, lazyVolumes } from './lazy-nouns.ts'
import type { Parts } from './settings.ts'
import { localSystem } from './system/system.ts'

/** The engine on this machine: every operation bound to the parts it is made of. Disposing it closes the state. */
export function localEngine(parts: Parts): Engine {
  return {
    containers: localContainers(parts),
    images: localImages(parts),
    manifests: parts.manifests,
    artifacts: parts.artifacts,
    networks: lazyNetworks(parts),
    registries: parts.registries,
    volumes: lazyVolumes(parts),
    secrets: lazySecrets(parts),
    system: localSystem(parts),
    trust: parts.settings.trust,
    events: { subscribe: (request) => parts.events.subscribe(request) },
    [Symbol.asyncDispose]: async () => parts.state.close()
  }
}

/** Loaded at the first use: most commands have nothing to do with secrets. */
function lazySecrets(parts: Parts): Secrets {
  const secrets = async () => (await import('./secrets/secrets.ts')).localSecrets(parts)
  return {
    create: async (spec, options) => (await secrets()).create(spec, options),
    list: async () => (await secrets()).list(),
    inspect: async (name) => (await secrets()).inspect(name),
    exists: async (name) => (await secrets()).exists(name),
    remove: async (name, options) => (await secrets()).remove(name, options),
    reveal: async (name) => (await secrets()).reveal(name)
  }
}

function localContainers(parts: Parts): Containers {
  return {
    create: (spec, options) => createContainer(parts, spec, options),
    start: (name, options) => startContainer(parts, name, options),
    stop: (name, options) => stopContainer(parts, name, options),
    restart: (name, options) => restartContainer(parts, name, options),
    kill: (name, options) => killContainer(parts, name, options),
    pause: (name, options) => pauseContainer(parts, name, options),
    unpause: (name, options) => unpauseContainer(parts, name, options),
    remove: (name, options) => removeContainer(parts, name, options),
    cleanup: (name, options) => cleanUpContainer(parts, name, options),
    wait: (name, options) => waitForContainer(parts, name, options),
    list: (request) => listContainers(parts, request),
    inspect: (name, options) => inspectContainer(parts, name, options),
    exists: async (name) => containerExists(parts, name),
    attach: (name, request) => attachContainer(parts, name, request),
    resize: (name, size) => resizeContainer(parts, name, size),
    exec: (name, spec, request) => execInContainer(parts, name, spec, request),
    logs: (name, request) => readContainerLogs(parts, name, request),
    top: (name, options) => topContainer(parts, name, options),
    stats: async (name, options) => (await import('./containers/stats.ts')).containerStats(parts, name, options),
    rename: (name, newName) => renameContainer(parts, name, newName),
    update: async (name, change, options) =>
      (await import('./containers/update.ts')).updateContainer(parts, name, change, options),
    statPath: (name, path) => statPath(parts, name, path),
    copyOut: (name, path, options) => copyOut(parts, name, path, options),
    copyIn: (name, path, tar, options) => copyIn(parts, name, path, tar, options),
    commit: async (name, request, options) =>
      (await import('./containers/commit.ts')).commitContainer(parts, name, request, options),
    async *export(name, options) {
      yield* (await import('./containers/export.ts')).exportContainer(parts, name, options)
    },
    async *changes(name, options) {
      yield* (await import('./containers/diff.ts')).containerChanges(parts, name, options)
    },
    prune: (options) => pruneContainers(parts, options)
  }
}
