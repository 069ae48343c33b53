import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, openEngine } from '@runcible/engine'
import { busyboxRootfs } from '@runcible/fixtures'
import type { Engine } from '@runcible/interface'
import { describeEngine } from '@runcible/suites'

/** A root file system as a tar, packed by the host's own tar. */
function packed(directory: string): AsyncIterable<Uint8Array> {
  const { stdout } = spawnSync('tar', ['-C', directory, '-c', '.'], { maxBuffer: 64 * 1024 * 1024 })
  return (async function* () {
    yield stdout
  })()
}

async function removeEverything(engine: Engine): Promise<void> {
  for (const { id } of await engine.containers.list({ all: true }))
    await engine.containers.remove(id, { force: true, volumes: true })
  for (const { name } of await engine.networks.list()) if (name !== 'runcible') await engine.networks.remove(name)
  await engine.images.remove('busybox')
}

describeEngine('runc, overlay, bridge, sqlite', { files: true }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'engine-'))
  const config = loadConfig({
    env: {},
    flags: { root: join(home, 'root'), runRoot: join(home, 'run') },
    systemDirectories: []
  })
  const engine = await openEngine({ config })
  const { name } = await engine.images.import(packed(busyboxRootfs(join(home, 'rootfs'))), { name: 'busybox' })
  return {
    engine,
    image: name,
    [Symbol.asyncDispose]: async () => {
      await removeEverything(engine)
      await engine[Symbol.asyncDispose]()
      rmSync(home, { recursive: true })
    }
  }
})
