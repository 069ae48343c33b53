import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type ConfigRequest, type EngineConfig, loadConfig } from '@runcible/config'

/** Directories in place of /usr/share/containers, /etc/containers and the home. */
export interface Sandbox extends Disposable {
  readonly folder: string
  write(path: string, content: string): string
  load(request?: ConfigRequest): EngineConfig
}

export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  return {
    folder,
    write(path, content) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    load: (request = {}) =>
      loadConfig({
        uid: 0,
        systemDirectories: [join(folder, 'usr'), join(folder, 'etc')],
        cacheDirectory: join(folder, 'cache'),
        ...request,
        env: { HOME: join(folder, 'home'), ...request.env }
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true })
  }
}
