import { afterAll, beforeAll, inject } from 'vitest'
import { repositories } from './images.ts'
import { newDirectory, openSandbox, sandboxAt, type Sandbox } from './sandbox.ts'

/** The sandbox of a test file, with names of images in the registry of the tests. */
export interface FileSandbox extends Omit<Sandbox, typeof Symbol.asyncDispose> {
  /** `127.0.0.1:PORT` of the registry, plain http. */
  readonly registry: string
  /** Full name of the busybox image, which is there already. */
  readonly image: string
  /** Image and command that run a line of shell. */
  readonly sh: (script: string) => readonly [string, 'sh', '-c', string]
  readonly pull: (repository: string) => Promise<string>
}

/** Opens a sandbox before the tests of this file and closes it after them; the busybox image is pulled into it. */
export function useSandbox(): FileSandbox {
  const registry = inject('registry')
  const image = `${registry}/${repositories.busybox}:latest`
  const directory = newDirectory()
  const undo = new AsyncDisposableStack()
  const sandbox = sandboxAt(directory, undo)
  const pull = async (repository: string): Promise<string> => {
    const name = `${registry}/${repository}:latest`
    await sandbox.ok('pull', '--quiet', '--tls-verify=false', name)
    return name
  }
  beforeAll(async () => {
    const opened = await openSandbox(directory)
    undo.defer(() => opened[Symbol.asyncDispose]())
    await pull(repositories.busybox)
  })
  afterAll(() => undo.disposeAsync())
  return { ...sandbox, registry, image, sh: (script) => [image, 'sh', '-c', script], pull }
}
