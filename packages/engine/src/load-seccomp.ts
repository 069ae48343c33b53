import { readFileSync } from 'node:fs'
import { arch } from 'node:os'
import { EngineError } from '@runcible/interface'
import type { EngineSettings } from '@runcible/lifecycle'
import { loadSeccompProfile, parseJson, SpecError } from '@runcible/oci-spec'

/** A profile that is larger is no profile. */
const maxProfile = 4 * 1024 * 1024

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Reads a seccomp profile in Docker's format. `invalid-argument` naming the file. */
export const loadSeccomp: EngineSettings['loadSeccomp'] = (path, caps) => {
  try {
    return loadSeccompProfile(parseJson(readFileSync(path), { maxBytes: maxProfile }), {
      caps,
      arch: goArchitectures[arch()] ?? arch()
    })
  } catch (error) {
    const why =
      error instanceof SpecError
        ? error.message
        : (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? 'no such file'
          : String(error)
    throw new EngineError('invalid-argument', `opening seccomp profile ${path} failed: ${why}`, { cause: error })
  }
}
