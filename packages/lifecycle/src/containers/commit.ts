import type {
  CallOptions,
  CommitRequest,
  ContainerConfig,
  ContainerRecord,
  Containers,
  ResolvedImage
} from '@runcible/interface'
import type { ImageRunConfig } from '@runcible/oci-spec'
import type { Parts } from '../settings.ts'
import { withContainer } from '../with-container.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'

type CommitParts = ReconcileParts & Pick<Parts, 'images' | 'snapshotter'>
type Request = NonNullable<Parameters<Containers['commit']>[1]>

/** An image of what the container changed above its own image, with the container's configuration. */
export function commitContainer(
  parts: CommitParts,
  name: string,
  request: Request = {},
  options: CallOptions = {}
): Promise<ResolvedImage> {
  const { pause = false, includeVolumes = false, ...rest } = request
  return withContainer(parts, name, options, async (record) => {
    await using _paused = pause && record.status === 'running' ? await paused(parts, record) : undefined
    const image = await commit(parts, record, { ...rest, includeVolumes }, options)
    publishContainer(parts.events, 'commit', record, { imageId: image.id })
    return image
  })
}

async function commit(
  parts: CommitParts,
  { id, config }: ContainerRecord,
  { includeVolumes, config: changed, ...request }: CommitRequest & { readonly includeVolumes: boolean },
  options: CallOptions
): Promise<ResolvedImage> {
  const base = await parts.images.resolve(config.image.id, options)
  return await parts.images.commit(
    {
      ...request,
      base: base.id,
      baseName: config.image.name,
      upper: await parts.snapshotter.mounts(id),
      run: { ...runConfigOf(base.imageConfig.config ?? {}, config, includeVolumes), ...changed },
      containerId: id
    },
    options
  )
}

/** No process of it runs until disposed. The record says so too: whoever finds it after a crash can unpause it. */
async function paused(parts: CommitParts, { id }: ContainerRecord): Promise<AsyncDisposable> {
  const task = await parts.runtime.load(id)
  const note = (status: 'paused' | 'running') =>
    parts.state.containers.update(id, (current) => ({ ...current, status }))
  await task.pause()
  note('paused')
  return {
    [Symbol.asyncDispose]: async () => {
      await task.resume()
      note('running')
    }
  }
}

const keys = (names: readonly string[]) => Object.fromEntries(names.toSorted().map((name) => [name, {}]))

/** The image's run configuration with what the container has in its place. Pure. */
export function runConfigOf(image: ImageRunConfig, config: ContainerConfig, includeVolumes: boolean): ImageRunConfig {
  const mounted = includeVolumes
    ? config.mounts.filter(({ type }) => type === 'volume' || type === 'bind').map(({ target }) => target)
    : []
  const ports = [
    ...Object.keys(image.ExposedPorts ?? {}),
    ...config.exposedPorts,
    ...config.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`)
  ]
  const volumes = [...Object.keys(image.Volumes ?? {}), ...mounted]
  const labels = Object.keys(config.labels).length === 0 ? undefined : config.labels
  const run: { readonly [Name in keyof ImageRunConfig]: ImageRunConfig[Name] | undefined } = {
    ...image,
    User: config.user === '' ? undefined : config.user,
    ExposedPorts: ports.length === 0 ? undefined : keys(ports),
    Env: config.env,
    Entrypoint: config.entrypoint.length === 0 ? undefined : config.entrypoint,
    Cmd: config.command.length === 0 ? undefined : config.command,
    Volumes: volumes.length === 0 ? undefined : keys(volumes),
    WorkingDir: config.workdir,
    Labels: labels,
    StopSignal: config.stopSignal === 'SIGTERM' ? image.StopSignal : config.stopSignal
  }
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined))
}
