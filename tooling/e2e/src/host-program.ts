import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'

/** Flags of `run` that put a program of this host, with the libraries that it needs, into a container. */
export function hostProgram(file: string, target: string): readonly string[] {
  const libraries = execFileSync('ldd', [file], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
  const bind = (source: string, to: string): readonly string[] => ['-v', `${realpathSync(source)}:${to}:ro`]
  return [...bind(file, target), ...[...libraries].flatMap(([, library = '']) => bind(library, library))]
}
