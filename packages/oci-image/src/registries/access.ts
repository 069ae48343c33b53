import { type CallOptions, EngineError, type RegistryAccess } from '@runcible/interface'
import type { Endpoint } from '../endpoints.ts'
import type { OciImageStoreInit } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { dockerHub, parseReference } from '../reference.ts'
import type { RegistryClient } from '../registry/client.ts'

/** `host[:port][/path]` taken apart. */
export interface Place {
  /** With the path. */
  readonly key: string
  readonly registry: string
}

/**
 * Reads where somebody logs in. A scheme and a slash at the end are dropped, as people paste URLs.
 *
 * @throws EngineError `invalid-argument`
 */
export function parsePlace(text: string): Place {
  const plain = text.replace(/^https?:\/\//, '').replace(/\/+$/, '')
  const [host = '', ...path] = plain.split('/')
  const registry = host === 'index.docker.io' || host === 'registry-1.docker.io' ? dockerHub : host
  const repository = path.length === 1 && /^v[12]$/.test(path[0] ?? '') ? '' : path.join('/')
  try {
    // A made-up repository where there is none: only the host is to be checked then.
    const parsed = parseReference(`${isHost(registry) ? registry : `${registry}:443`}/${repository || 'x'}`)
    if (parsed.tag === undefined && parsed.digest === undefined)
      return { registry, key: repository === '' ? registry : `${registry}/${repository}` }
  } catch {
    // Told below.
  }
  throw new EngineError('invalid-argument', `${JSON.stringify(text.slice(0, 200))} is not a registry`, {
    hint: 'write it as host[:port], or host[:port]/repository'
  })
}

const isHost = (registry: string): boolean => /[.:[]/.test(registry) || registry === 'localhost'

/** A client for a registry as a whole. */
export function openWhole(
  init: OciImageStoreInit,
  registry: string,
  request: RegistryAccess,
  options: CallOptions
): RegistryClient {
  const rule = init.registries?.rule?.(registry)
  if (rule?.blocked === true) {
    throw new EngineError('permission-denied', `${rule.prefix} is blocked by the configuration of registries`, {
      subject: { kind: 'registry', name: registry },
      hint: 'look for "blocked = true" in registries.conf and registries.conf.d'
    })
  }
  const { insecure = [] } = init.registries ?? {}
  const allowed = typeof insecure === 'function' ? insecure(registry) : insecure.includes(registry)
  const endpoint: Endpoint = {
    registry,
    repository: '',
    insecure: allowed || (rule?.insecure ?? false),
    isMirror: false
  }
  return openRegistry(init, endpoint, request, options)
}
