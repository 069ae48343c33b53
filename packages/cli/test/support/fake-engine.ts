import { PassThrough, type Readable, type Writable } from 'node:stream'
import { fakeArtifacts, fakeManifestLists, fakeSecrets } from '@runcible/fakes'
import {
  type AttachRequest,
  type Attachment,
  type ContainerSpec,
  type ContainerSummary,
  type Engine,
  EngineError,
  type EngineEvent,
  type ExecSpec,
  type Exit,
  type FileChange,
  type Image,
  type ImageHistoryStep,
  type ImageSummary,
  type LogLine,
  type NetworkRecord,
  type OperationProgress,
  type PullProgress,
  type VolumeRecord
} from '@runcible/interface'
import { type FakeRegistriesInit, fakeRegistries } from '@runcible/fakes'
import { container, containerConfig, id, image, network, resolvedImage, volume } from './values.ts'

/** What a container or an exec does: reads, writes, and returns its exit code. */
export interface ProgramIo {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** The next signal sent to it. */
  readonly nextSignal: () => Promise<string>
}
export type Program = (io: ProgramIo) => Promise<number>

export interface FakeEngineInit {
  readonly program?: Program
  readonly exec?: Program
  readonly containers?: readonly ContainerSummary[]
  readonly images?: readonly (Image & Partial<ImageSummary>)[]
  readonly history?: readonly ImageHistoryStep[]
  readonly volumes?: readonly VolumeRecord[]
  readonly networks?: readonly NetworkRecord[]
  readonly logs?: readonly LogLine[]
  /** Told by every create. */
  readonly progress?: readonly OperationProgress[]
  /** Told by every pull. */
  readonly pullProgress?: readonly PullProgress[]
  /** Thrown by a start. */
  readonly startError?: EngineError
  readonly execError?: EngineError
  /** Replaces parts of the facade. */
  readonly containersOverride?: Partial<Engine['containers']>
  readonly system?: Partial<Engine['system']>
  readonly manifests?: Engine['manifests']
  readonly artifacts?: Engine['artifacts']
  readonly secrets?: Engine['secrets']
  readonly trust?: Partial<Engine['trust']>
  readonly registries?: FakeRegistriesInit
  readonly events?: readonly EngineEvent[]
}

/** An engine in memory that writes down every call. Its containers run the given program. */
export interface FakeEngine extends Engine {
  readonly calls: readonly string[]
  readonly specs: readonly ContainerSpec[]
  readonly resizes: readonly { readonly rows: number; readonly columns: number }[]
  readonly disposed: () => boolean
}

interface Process {
  readonly stdin: PassThrough
  readonly stdout: PassThrough
  readonly stderr: PassThrough
  readonly signals: string[]
  readonly waiting: ((signal: string) => void)[]
  readonly exit: Promise<Exit>
}

function launch(program: Program): Process {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const signals: string[] = []
  const waiting: ((signal: string) => void)[] = []
  const nextSignal = async (): Promise<string> =>
    signals.shift() ?? (await new Promise((resolve) => waiting.push(resolve)))
  const exit = program({ stdin, stdout, stderr, nextSignal }).then((code) => {
    stdout.end()
    stderr.end()
    return { code, at: Date.now(), oomKilled: false }
  })
  return { stdin, stdout, stderr, signals, waiting, exit }
}

function deliver(process: Process | undefined, signal: string): void {
  const waiting = process?.waiting.shift()
  if (waiting !== undefined) waiting(signal)
  else process?.signals.push(signal)
}

const fakeFileChanges: readonly FileChange[] = [
  { kind: 'changed', path: '/etc' },
  { kind: 'added', path: '/etc/new' },
  { kind: 'deleted', path: '/gone' }
]

const notFound = (kind: 'container' | 'image' | 'volume' | 'network', name: string): EngineError =>
  new EngineError('not-found', `no ${kind} with name or id "${name}" found`, { subject: { kind, name } })

export function fakeEngine(init: FakeEngineInit = {}): FakeEngine {
  const calls: string[] = []
  const specs: ContainerSpec[] = []
  const resizes: { rows: number; columns: number }[] = []
  const containers = new Map((init.containers ?? []).map((one) => [one.id, one]))
  const volumes = new Map((init.volumes ?? []).map((one) => [one.name, one]))
  const networks = new Map((init.networks ?? [network()]).map((one) => [one.name, one]))
  const images = init.images ?? [image()]
  const processes = new Map<string, Process>()
  let disposed = false
  const log = (call: string): void => void calls.push(call)
  const find = (name: string): ContainerSummary => {
    const found = [...containers.values()].find(
      (one) => one.name === name || one.id === name || (name.length >= 3 && one.id.startsWith(name))
    )
    if (found === undefined) throw notFound('container', name)
    return found
  }
  const update = (name: string, part: Partial<ContainerSummary>): void => {
    const found = find(name)
    containers.set(found.id, { ...found, ...part })
  }
  const attachmentOf = (process: Process, request: AttachRequest): Attachment => ({
    stdin: request.stdin === true ? process.stdin : undefined,
    stdout: request.stdout === false ? undefined : process.stdout,
    stderr: request.stderr === false ? undefined : process.stderr,
    done: process.exit.then(() => {}),
    resize: async (size) => void resizes.push(size),
    detach: () => log('detach')
  })
  const resolveImage = (name: string): Image => {
    const found = images.find(
      (one) => one.id === name || one.names.some((tag) => tag === name || tag.endsWith(`/${name}`))
    )
    if (found === undefined) throw notFound('image', name)
    return found
  }
  const summary = (spec: ContainerSpec): ContainerSummary =>
    container({
      id: id(String.fromCharCode(98 + (specs.length % 5))),
      name: spec.name ?? `name${specs.length}`,
      status: 'created',
      pid: 0,
      config: containerConfig({
        tty: spec.tty ?? false,
        stdin: spec.stdin ?? false,
        autoRemove: spec.autoRemove ?? false,
        image: { id: id('9'), name: spec.image, digest: `sha256:${id('2')}` }
      })
    })
  return {
    calls,
    specs,
    resizes,
    disposed: () => disposed,
    [Symbol.asyncDispose]: async () => void (disposed = true),
    containers: {
      async create(spec, options) {
        log('create')
        specs.push(spec)
        for (const event of init.progress ?? []) options?.onProgress?.(event)
        const made = summary(spec)
        containers.set(made.id, made)
        return made
      },
      async start(name, options) {
        const found = find(name)
        log(
          `start ${found.name}${options?.attend === true ? ' attended' : ''}${options?.attach === undefined ? '' : ' attached'}`
        )
        if (init.startError !== undefined) throw init.startError
        const process = launch(init.program ?? (async () => 0))
        processes.set(found.id, process)
        update(found.id, { status: 'running', pid: 1 })
        const attendance = { [Symbol.asyncDispose]: async () => log('leave') }
        return {
          container: find(found.id),
          attachment: options?.attach === undefined ? undefined : attachmentOf(process, options.attach),
          attendance: options?.attend === true ? attendance : undefined
        }
      },
      async stop(name, options) {
        log(`stop ${find(name).name} ${options?.timeout ?? 'default'}`)
        update(name, { status: 'exited', exit: { code: 143, at: Date.now(), oomKilled: false } })
      },
      restart: async (name, options) => log(`restart ${find(name).name} ${options?.timeout ?? 'default'}`),
      async kill(name, options) {
        const found = find(name)
        log(`kill ${found.name} ${options?.killSignal ?? 'SIGKILL'}`)
        if (found.status !== 'running')
          throw new EngineError('failed-precondition', `container ${found.name} is ${found.status}`)
        deliver(processes.get(found.id), options?.killSignal ?? 'SIGKILL')
      },
      pause: async (name) => log(`pause ${find(name).name}`),
      unpause: async (name) => log(`unpause ${find(name).name}`),
      async remove(name, options) {
        const found = find(name)
        if (found.status === 'running' && options?.force !== true)
          throw new EngineError('failed-precondition', `container ${found.name} is running`)
        log(
          `remove ${found.name}${options?.force === true ? ' force' : ''}${options?.volumes === true ? ' volumes' : ''}`
        )
        containers.delete(found.id)
        return found.id
      },
      async cleanup(name) {
        const found = find(name)
        log(`cleanup ${found.name}`)
        if (found.config.autoRemove) containers.delete(found.id)
      },
      async wait(name, options) {
        const found = find(name)
        log(`wait ${found.name} ${options?.condition ?? 'default'}`)
        const process = processes.get(found.id)
        if (process === undefined) return found.exit ?? { code: 0, at: 0, oomKilled: false }
        return await Promise.race([process.exit, aborted(options?.signal)])
      },
      list: async (request) => {
        const all = [...containers.values()]
        if (request?.last !== undefined) return all.slice(-request.last)
        return request?.all === true ? all : all.filter((one) => one.status === 'running')
      },
      async inspect(name, options) {
        const size = options?.size === true ? { size: { rw: 12, rootfs: 1_980_012 } } : {}
        return { ...find(name), rootfs: [], imageName: find(name).config.image.name, ...size }
      },
      exists: async (name) => [...containers.values()].some((one) => one.name === name),
      attach: async (name, request) =>
        attachmentOf(processes.get(find(name).id) ?? launch(init.program ?? (async () => 0)), request),
      resize: async (_name, size) => void resizes.push(size),
      async exec(name, spec: ExecSpec, request) {
        log(`exec ${find(name).name} ${request.io.kind} ${JSON.stringify(spec)}`)
        if (init.execError !== undefined) throw init.execError
        const process = launch(init.exec ?? (async () => 0))
        return {
          id: id('e'),
          attachment:
            request.io.kind === 'streams'
              ? attachmentOf(process, { stdin: spec.stdin ?? false, stdout: true, stderr: spec.tty !== true })
              : undefined,
          wait: () => process.exit,
          resize: async (size) => void resizes.push(size),
          kill: async (signal) => deliver(process, signal)
        }
      },
      async *logs(name, request) {
        log(`logs ${find(name).name} ${JSON.stringify(request, plainJson)}`)
        yield* init.logs ?? []
      },
      top: async (name) => (
        find(name),
        [
          ['USER', 'PID', 'COMMAND'],
          ['root', '1', 'sleep\t100']
        ]
      ),
      async stats(name) {
        const { id: of, name: called } = find(name)
        const nothing = {
          cpuUsage: 0,
          cpuSystem: 0,
          memoryUsage: 0,
          memoryLimit: 0,
          pids: 0,
          blockRead: 0,
          blockWrite: 0
        }
        return { ...nothing, id: of, name: called, time: 0, interfaces: [] }
      },
      rename: async (name, newName) => update(name, { name: newName }),
      async update(name, change) {
        log(`update ${find(name).name} ${JSON.stringify(change)}`)
        return find(name)
      },
      statPath: async () => undefined,
      async *copyOut() {},
      async copyIn() {},
      async commit(name, request) {
        log(`commit ${find(name).name} ${JSON.stringify(request)}`)
        return resolvedImage()
      },
      async *export(name) {
        log(`export ${find(name).name}`)
        yield Buffer.from('an archive')
      },
      async *changes(name, options) {
        log(`changes of container ${find(name).name}${options?.from === undefined ? '' : ` from ${options.from}`}`)
        yield* fakeFileChanges
      },
      prune: async () => [...containers.values()].filter((one) => one.status === 'exited').map((one) => one.id),
      ...init.containersOverride
    },
    images: {
      async pull(name, request, options) {
        log(`pull ${name} ${JSON.stringify(request)}`)
        for (const event of init.pullProgress ?? []) options?.onProgress?.(event)
        return resolvedImage(resolveImage(name))
      },
      async push(name, destination, request) {
        log(`push ${name} ${destination ?? ''} ${JSON.stringify(request)}`)
        return `sha256:${id('2')}`
      },
      async copy(source, destination, request) {
        log(`copy ${source} ${destination} ${JSON.stringify(request)}`)
        return { digest: `sha256:${id('2')}`, mediaType: 'application/vnd.oci.image.manifest.v1+json' }
      },
      async save(names, request, output) {
        for (const name of names) resolveImage(name)
        log(`save ${names.join(' ')} ${JSON.stringify(request)} ${'path' in output ? output.path : 'stream'}`)
        if ('write' in output) await output.write(Buffer.from('archive'))
      },
      async load(archive) {
        let bytes = 0
        if (typeof archive !== 'string') for await (const chunk of archive) bytes += chunk.length
        log(`load ${typeof archive === 'string' ? archive : `${bytes} bytes`}`)
        return [
          { id: id('9'), name: 'docker.io/library/one:1' },
          { id: id('8'), name: undefined }
        ]
      },
      list: async () => images.map((one) => ({ parent: undefined, intermediate: false, ...one })),
      history: async (name) => (resolveImage(name), init.history ?? []),
      async *changes(name, options) {
        log(
          `changes of image ${resolveImage(name).names[0]}${options?.from === undefined ? '' : ` from ${options.from}`}`
        )
        yield* fakeFileChanges
      },
      inspect: async (name) => ({
        ...resolvedImage(resolveImage(name)),
        parent: undefined,
        annotations: {},
        rootfs: [],
        snapshotter: 'overlay'
      }),
      exists: async (name) => images.some((one) => one.names.includes(name)),
      tag: async (name, newName) => log(`tag ${name} ${newName}`),
      untag: async (name, names) => log(`untag ${name} ${names?.join(' ') ?? 'all'}`),
      async remove(name, options) {
        const found = resolveImage(name)
        log(`rmi ${name}${options?.force === true ? ' force' : ''}`)
        return { untagged: found.names, deleted: [found.id] }
      },
      async prune(options) {
        log(`image prune${options?.all === true ? ' all' : ''} ${JSON.stringify(options?.filters ?? {})}`)
        return images.map((one) => one.id)
      },
      async mount(name) {
        log(`image mount ${name}`)
        return { image: resolveImage(name), path: `/mounts/${name}` }
      },
      async unmount(name, options) {
        log(`image unmount ${name}${options?.force === true ? ' force' : ''}`)
        return resolveImage(name).id
      },
      mounted: async () => images.map((one) => ({ image: one, path: `/mounts/${one.names[0] ?? one.id}` })),
      tree: async (name) => ({ image: resolveImage(name), layers: [] }),
      async import(tar, request) {
        let bytes = 0
        for await (const chunk of tar) bytes += chunk.length
        log(`import ${bytes} ${JSON.stringify(request)}`)
        return resolvedImage()
      }
    },
    manifests: init.manifests ?? fakeManifestLists(),
    artifacts: init.artifacts ?? fakeArtifacts(),
    volumes: {
      async create(spec) {
        log(`volume create ${JSON.stringify(spec)}`)
        return volume({ name: spec.name ?? id('0') })
      },
      list: async () => [...volumes.values()],
      async inspect(name) {
        const found = volumes.get(name)
        if (found === undefined) throw notFound('volume', name)
        return found
      },
      exists: async (name) => volumes.has(name),
      async remove(name, options) {
        if (!volumes.has(name)) throw notFound('volume', name)
        log(
          `volume rm ${name}${options?.force === true ? ' force' : ''}${options?.timeout === undefined ? '' : ` ${options.timeout}`}`
        )
      },
      async prune(options) {
        log(`volume prune ${JSON.stringify(options?.filters ?? {})}`)
        return [...volumes.keys()]
      }
    },
    networks: {
      async create(spec) {
        log(`network create ${JSON.stringify(spec)}`)
        return network({ name: spec.name })
      },
      list: async () => [...networks.values()],
      async inspect(name) {
        const found = networks.get(name)
        if (found === undefined) throw notFound('network', name)
        return { ...found, containers: [] }
      },
      exists: async (name) => networks.has(name),
      async remove(name) {
        if (!networks.has(name)) throw notFound('network', name)
        log(`network rm ${name}`)
      },
      async prune(options) {
        log(`network prune ${JSON.stringify(options?.filters ?? {})}`)
        return [...networks.keys()]
      }
    },
    registries: fakeRegistries(init.registries),
    secrets: init.secrets ?? fakeSecrets(),
    trust: {
      policy: async () => ({ file: '/etc/containers/policy.json', text: '{"default":[{"type":"reject"}]}\n' }),
      show: async () => [],
      set: async (request) => log(`trust ${JSON.stringify(request)}`),
      async sign({ manifest, ...request }) {
        log(`sign ${manifest.length} bytes ${JSON.stringify(request)}`)
        return Buffer.from('signature')
      },
      async verify({ manifest, signature, ...request }) {
        log(`verify ${manifest.length} bytes by ${signature.length} bytes ${JSON.stringify(request)}`)
        return { fingerprint: 'ABCD', digest: `sha256:${id('2')}` }
      },
      readUnverified: async (signature) => {
        log(`read ${signature.length} bytes`)
        return { digest: `sha256:${id('2')}`, reference: 'a/b:1', timestamp: 1_700_000_000, keyId: 'ABCD' }
      },
      async signImage(name, request) {
        log(`sign ${name} ${JSON.stringify(request)}`)
        return []
      },
      async generateKey(passphrase) {
        log(`generate a key for ${passphrase}`)
        return { privateKey: 'private', publicKey: 'public' }
      },
      ...init.trust
    },
    system: {
      version: async () => ({
        version: '1.2.3',
        apiVersion: '1.2.3',
        node: 'v26.10.0',
        os: 'linux',
        arch: 'amd64',
        kernel: '6.18.0',
        runtime: { name: 'runc', version: '1.1.5', path: '/usr/bin/runc' }
      }),
      info: () => Promise.reject(new EngineError('unsupported', 'not faked')),
      doctor: async () => [],
      check: async () => [],
      diskUsage: () => Promise.reject(new EngineError('unsupported', 'not faked')),
      async prune(request) {
        log(`system prune ${JSON.stringify(request, plainJson)}`)
        return { containers: [id('b')], images: [id('9')], networks: ['lab'], volumes: ['v1'], reclaimed: 1_998_012 }
      },
      async reset() {
        log('reset')
        return ['/r/mine']
      },
      ...init.system
    },
    events: {
      async *subscribe(request) {
        log(`events ${JSON.stringify(request, plainJson)}`)
        yield* init.events ?? []
      }
    }
  }
}

const plainJson = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value instanceof AbortSignal ? undefined : value

async function aborted(signal: AbortSignal | undefined): Promise<never> {
  return await new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new EngineError('aborted', 'interrupted', { cause: signal.reason })))
  })
}
