import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { EngineError } from '@runcible/interface'

/** Searched after PATH: where distributions put system programs that a user's PATH may lack. */
const systemDirectories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * The path of a program given by name or path.
 *
 * @throws EngineError `unavailable` when it is not there, with the package to install
 */
export const findExecutable = (program: string, distributionPackage: string): string => {
  const searched = [...(process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute), ...systemDirectories]
  const candidates = program.includes('/') ? [program] : searched.map((directory) => join(directory, program))
  const found = candidates.find(isExecutable)
  if (found !== undefined) return found
  throw new EngineError('unavailable', `${program} is not installed: containers cannot be run without it`, {
    subject: { kind: 'host', name: program },
    hint: `apt-get install ${distributionPackage} (dnf, apk and pacman use the same name)`
  })
}
