import { realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Engine, EngineError } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { containerUser } from '../../copy/container-user.ts'
import { type Endpoint, parseEndpoint, pathEnding } from '../../copy/endpoint.ts'
import { planCopy, type SourceFacts, type TargetFacts } from '../../copy/plan.ts'
import { readHost } from '../../copy/read-host.ts'
import { renameArchive } from '../../copy/rename-archive.ts'
import { writeHost } from '../../copy/write-host.ts'
import { escapeControls } from '../../format/escape.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER:PATH PATH|- | PATH|- CONTAINER:PATH | CONTAINER:PATH CONTAINER:PATH',
  description:
    'A directory is copied into one that exists, or becomes one that does not; with /. at its end only its content is\ncopied. With - a tar archive is read or written.',
  flags: [
    {
      name: 'archive',
      short: 'a',
      kind: 'bool',
      defaultValue: true,
      help: "Copies belong to the container's user, or here to you (default; =false keeps the owners)"
    },
    { name: 'overwrite', kind: 'bool', help: 'Let a file take the place of a directory and the other way round' }
  ],
  examples: [
    'runcible cp web:/etc/nginx ./conf',
    'runcible cp page.html web:/usr/share/nginx/html/',
    'runcible cp web:/var/log - | tar t'
  ],
  async run(context) {
    checkArguments(context.args, 2, 2)
    const [from, to] = context.args.map(parseEndpoint) as [Endpoint, Endpoint]
    if (from.kind !== 'container' && to.kind !== 'container')
      throw new UsageError('one of the two must be in a container: CONTAINER:PATH')
    const engine = await context.engine()
    const job: Job = {
      ...context,
      connected: engine,
      warn: (text) => void context.stdio.stderr.write(`Warning: ${escapeControls(text)}\n`)
    }
    if (from.kind === 'container') await copyFromContainer(job, from, to)
    else await copyIntoContainer(job, from, to as InContainer)
  }
}

interface Job extends CommandContext {
  readonly connected: Engine
  readonly warn: (text: string) => void
}

type InContainer = Extract<Endpoint, { kind: 'container' }>

async function copyFromContainer(job: Job, from: InContainer, to: Endpoint): Promise<void> {
  const { containers } = job.connected
  const { signal } = job.interruption
  const source = await containerSource(job, from)
  const tar = containers.copyOut(from.name, from.path, { signal })
  if (to.kind === 'stream') return await writeStream(tar, job)
  if (to.kind === 'host') {
    const plan = planCopy(source, hostTarget(to.path))
    const renaming = { content: source.content, as: plan.as }
    const keepOwner = !job.flags.bool('archive')
    return await writeHost(tar, realpathSync(plan.into), {
      renaming,
      keepOwner,
      overwrite: job.flags.bool('overwrite'),
      signal,
      warn: job.warn
    })
  }
  const plan = planCopy(source, await containerTarget(job, to))
  const renamed =
    !source.content && plan.as === source.name ? tar : renameArchive(tar, { content: source.content, as: plan.as })
  await containers.copyIn(to.name, plan.into, renamed, await extractOptions(job, to))
}

async function copyIntoContainer(job: Job, from: Endpoint, to: InContainer): Promise<void> {
  const { containers } = job.connected
  if (from.kind === 'stream') {
    const target = await containerTarget(job, to)
    if (target.kind !== 'directory')
      throw new EngineError(
        'invalid-argument',
        `"${to.path}" on ${target.place} is not a directory, which an archive is unpacked into`
      )
    return await containers.copyIn(to.name, to.path, job.stdio.stdin, {
      signal: job.interruption.signal,
      overwrite: job.flags.bool('overwrite')
    })
  }
  const path = (from as Extract<Endpoint, { kind: 'host' }>).path
  const source = hostSource(path)
  const plan = planCopy(source, await containerTarget(job, to))
  const tar = readHost(realpathSync(path), plan.as, { signal: job.interruption.signal, warn: job.warn })
  await containers.copyIn(to.name, plan.into, tar, await extractOptions(job, to))
}

async function extractOptions(job: Job, to: InContainer): Promise<Parameters<Engine['containers']['copyIn']>[3]> {
  const { signal } = job.interruption
  const owner = job.flags.bool('archive') ? await containerUser(job.connected, to.name, signal) : undefined
  return { signal, overwrite: job.flags.bool('overwrite'), ...(owner === undefined ? {} : { owner }) }
}

async function writeStream(tar: AsyncIterable<Uint8Array>, { stdio }: Job): Promise<void> {
  if (stdio.stdout.isTTY === true) throw new UsageError('an archive is not written to a terminal: redirect the output')
  const { pipeline } = await import('node:stream/promises')
  await pipeline(tar, stdio.stdout, { end: false })
}

function isDirectory(mode: number): boolean {
  return (mode & 0o170000) === 0o040000
}

async function containerSource({ connected }: Job, { name, path }: InContainer): Promise<SourceFacts> {
  const status = await connected.containers.statPath(name, path)
  if (status === undefined) throw new EngineError('not-found', `"${path}" could not be found on container ${name}`)
  return checkEnding({ ...pathEnding(path), directory: isDirectory(status.mode) }, path)
}

async function containerTarget({ connected }: Job, { name, path }: InContainer): Promise<TargetFacts> {
  const status = await connected.containers.statPath(name, path)
  const kind = status === undefined ? 'absent' : isDirectory(status.mode) ? 'directory' : 'other'
  const parent =
    kind === 'absent' ? await connected.containers.statPath(name, dirname(path.replace(/\/+\.?$/, ''))) : undefined
  return {
    path,
    kind,
    parentExists: kind !== 'absent' || (parent !== undefined && isDirectory(parent.mode)),
    place: `container ${name}`
  }
}

function hostSource(path: string): SourceFacts {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) throw new EngineError('not-found', `"${path}" could not be found on the host`)
  const ending = pathEnding(path)
  // The name of `.` and `..` is that of the directory they mean.
  const name = pathEnding(resolve(path)).name
  return checkEnding({ ...ending, name, directory: status.isDirectory() }, path)
}

function hostTarget(path: string): TargetFacts {
  const status = statSync(path, { throwIfNoEntry: false })
  const kind = status === undefined ? 'absent' : status.isDirectory() ? 'directory' : 'other'
  const parent = statSync(dirname(resolve(path)), { throwIfNoEntry: false })
  return { path, kind, parentExists: parent?.isDirectory() ?? false, place: 'the host' }
}

function checkEnding(source: SourceFacts, path: string): SourceFacts {
  if (!source.directory && (source.slash || source.content))
    throw new EngineError('invalid-argument', `"${path}" is not a directory`)
  return source
}
