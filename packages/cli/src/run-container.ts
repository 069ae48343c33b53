import { writeFileSync } from 'node:fs'
import type {
  Attachment,
  AttachRequest,
  ContainerSpec,
  Engine,
  Exit,
  OperationProgress,
  StartedContainer
} from '@runcible/interface'
import { isEngineError } from '@runcible/interface'
import type { Interruption } from './interruption.ts'
import { type Leaving, openSession, type Session } from './session/session.ts'
import { proxySignals } from './session/signals.ts'
import type { Stdio } from './stdio.ts'
import { terminalSize } from './terminal/size.ts'

export interface RunRequest {
  readonly spec: ContainerSpec
  /** Start it and come back. */
  readonly detach: boolean
  /** Streams to connect when not detached. */
  readonly attach: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  readonly detachKeys: readonly number[]
  /** Hand signals to the container; never done with a terminal, where keys do it. */
  readonly sigProxy: boolean
  /** File that gets the id. */
  readonly cidFile?: string
  readonly onProgress?: (event: OperationProgress) => void
}

export interface ForegroundContext {
  readonly stdio: Stdio
  readonly interruption: Interruption
  readonly onError: (error: unknown) => void
}

/** How a foreground container was left. */
export type Outcome =
  | { readonly kind: 'exited'; readonly exit: Exit }
  | { readonly kind: 'left'; readonly why: Leaving }

/**
 * The exit code of a foreground command. Left by keys: 0. When nobody reads the output any more: that of a program which
 * ended by SIGPIPE.
 */
export function exitCodeOfOutcome(outcome: Outcome): number {
  if (outcome.kind === 'exited') return outcome.exit.code
  return outcome.why === 'keys' ? 0 : 141
}

/**
 * Creates a container, starts it, and unless detached stays with it: its streams, its signals, its exit and what must
 * be done after it. Everything goes through the facade, so it works with a local and a remote engine.
 *
 * Returns the id, and the outcome when it stayed.
 */
export async function runContainer(
  engine: Engine,
  request: RunRequest,
  context: ForegroundContext
): Promise<{ readonly id: string; readonly outcome: Outcome | undefined }> {
  const { spec, onProgress } = request
  const { signal } = context.interruption
  const { id } = await engine.containers.create(spec, { signal, onProgress })
  const attach = request.detach ? undefined : attachRequest(request, context.stdio)
  let started: StartedContainer
  try {
    if (request.cidFile !== undefined) writeFileSync(request.cidFile, id, { flag: 'wx' })
    started = await engine.containers.start(id, {
      signal,
      onProgress,
      ...(attach === undefined ? {} : { attach, attend: true })
    })
  } catch (error) {
    if (spec.autoRemove === true) await removeFailed(engine, id)
    throw error
  }
  return { id, outcome: request.detach ? undefined : await stayWith(engine, started, request, context) }
}

function attachRequest({ attach, spec }: RunRequest, stdio: Stdio): AttachRequest {
  const size = spec.tty === true ? terminalSize(stdio.stdout) : undefined
  return { ...attach, ...(size === undefined ? {} : { size }) }
}

/** What staying needs to know of a run; `start --attach` stays the same way. */
export type Stay = Pick<RunRequest, 'attach' | 'detachKeys' | 'sigProxy' | 'onProgress'> & {
  readonly spec: { readonly tty?: boolean }
}

/** From a started container to its exit and clean-up, or to leaving it. */
export async function stayWith(
  engine: Engine,
  started: StartedContainer,
  stay: Stay,
  context: ForegroundContext
): Promise<Outcome> {
  const { id } = started.container
  await using attendance = started.attendance ?? { async [Symbol.asyncDispose]() {} }
  void attendance
  const outcome = await throughSession(engine, started, stay, context)
  if (outcome.kind === 'exited' && started.attendance !== undefined)
    await engine.containers.cleanup(id, { onProgress: stay.onProgress })
  return outcome
}

async function throughSession(
  engine: Engine,
  started: StartedContainer,
  stay: Stay,
  context: ForegroundContext
): Promise<Outcome> {
  const { id } = started.container
  const tty = stay.spec.tty ?? false
  const kill = (signal: NodeJS.Signals): Promise<void> => engine.containers.kill(id, { killSignal: signal })
  using stack = new DisposableStack()
  if (stay.sigProxy && !tty) stack.use(proxySignals(context.interruption, kill, context.onError))
  const leaving = new AbortController()
  const exited = engine.containers.wait(id, { signal: AbortSignal.any([context.interruption.signal, leaving.signal]) })
  const { attachment } = started
  if (attachment === undefined) return { kind: 'exited', exit: await exited }
  const { stdio } = context
  const session = stack.use(
    openSession({ attachment, stdio, tty, stdin: stay.attach.stdin, detachKeys: stay.detachKeys })
  )
  return await Promise.race([exitAfter(exited, session), session.left.then((why) => leave(attachment, leaving, why))])
}

async function exitAfter(exited: Promise<Exit>, session: Session): Promise<Outcome> {
  await session.drained(exited)
  return { kind: 'exited', exit: await exited }
}

function leave(attachment: Attachment, leaving: AbortController, why: Leaving): Outcome {
  leaving.abort()
  attachment.detach()
  return { kind: 'left', why }
}

async function removeFailed(engine: Engine, id: string): Promise<void> {
  try {
    await engine.containers.remove(id, { force: true, volumes: true })
  } catch (error) {
    // The first error is the one to tell; a container that is gone already is what was wanted.
    if (!isEngineError(error)) throw error
  }
}
