import { join } from 'node:path'
import { madeDirectory, removeContainers, type Subject, subjectOf } from './subject.ts'

/** Where an engine with this directory keeps its things; a library engine over the same directory shares them. */
export const runciblePaths = (directory: string) => ({ root: join(directory, 'root'), runRoot: join(directory, 'run') })

/** The bundled command. */
export async function openRuncible(
  file: string,
  version: string,
  directory: string
): Promise<Subject & AsyncDisposable> {
  await madeDirectory(directory)
  const { root, runRoot } = runciblePaths(directory)
  const subject = subjectOf({
    name: 'runcible',
    version,
    directory,
    command: (...args) => ({ file, args: ['--root', root, '--runroot', runRoot, ...args], env: {} }),
    pullFlags: ['--tls-verify=false'],
    removeFlags: ['--time', '0'],
    emptied: (other) => openRuncible(file, version, other)
  })
  return { ...subject, [Symbol.asyncDispose]: () => removeContainers(subject) }
}
