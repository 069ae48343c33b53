import type { Readable } from 'node:stream'
import { expect } from 'vitest'
import type { Attachment, ContainerRuntime, CreateTask, ExecTask, TaskIo } from '@runcible/interface'
import type { SpecProcess } from '@runcible/oci-spec'

export interface TaskOptions
  extends Partial<Pick<TaskIo, 'terminal' | 'stdin'>>, Pick<CreateTask, 'exitCommand' | 'pidFile'> {
  readonly id?: string
}

export interface ContainerRuntimeSubject extends AsyncDisposable {
  readonly runtime: ContainerRuntime
  /** The same tasks as another process has them. */
  readonly other: ContainerRuntime
  /** A task with busybox as its root file system. Each id is new unless given. */
  task(command: readonly string[], options?: TaskOptions): CreateTask
  process(command: readonly string[], options?: { readonly terminal?: boolean }): SpecProcess
  /** What was logged of a task. */
  logged(task: CreateTask): Promise<string>
  /** A command that leaves a mark, and the mark. */
  readonly marker: { readonly command: readonly string[]; seen(): boolean }
}

export const shell = (script: string): readonly string[] => ['sh', '-c', script]

/** All the text of a stream, without the carriage returns of a terminal. */
export const textOf = async (stream: Readable | undefined): Promise<string> => {
  if (stream === undefined) return ''
  let text = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) text += chunk as string
  return text.replaceAll('\r', '')
}

export const outputsOf = async ({ stdout, stderr }: Attachment): Promise<readonly [string, string]> =>
  Promise.all([textOf(stdout), textOf(stderr)])

/** Reads until the text is there, and no further. */
export const readUntil = (stream: Readable | undefined, wanted: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const take = (chunk: Buffer | string) => {
    text += `${chunk}`.replaceAll('\r', '')
    if (text.includes(wanted)) {
      stream?.off('data', take)
      resolve(text)
    }
  }
  stream?.on('data', take)
  stream?.once('end', () => reject(new Error(`the stream ended with ${JSON.stringify(text)}`)))
  return promise
}

/** Repeats until the condition holds; the test's own time limit ends it otherwise. */
export const eventually = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

export const everything = { stdin: true, stdout: true, stderr: true } as const

let execs = 0

export const execOf = (process: SpecProcess, io: ExecTask['io'], more: Partial<ExecTask> = {}): ExecTask => ({
  id: `exec-${++execs}`,
  process,
  stdin: false,
  io,
  ...more
})

export const rejectsWith = async (promise: Promise<unknown>, code: string): Promise<void> => {
  await expect(promise).rejects.toMatchObject({ code })
}
