// The main job on this machine, told step by step: registry, pull, run, ports, volume, exec, cp, logs, clean-up.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleApp } from '@runcible/bundle'
import { busyboxImage, freePort, pushTestImage, startDockerRegistry } from '@runcible/fixtures'
import { serverImage } from './server-image.ts'
import { tellingShell } from './shell.ts'
import { tour } from './tour.ts'

async function main(): Promise<void> {
  const runcible = await bundleApp('runcible')
  await using undo = new AsyncDisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'quickstart-'))
  undo.defer(() => rmSync(directory, { recursive: true, force: true }))
  const places = { RUNCIBLE_ROOT: join(directory, 'root'), RUNCIBLE_RUNROOT: join(directory, 'run') }
  const init = { programs: { runcible }, env: places, directory }
  const shell = tellingShell({ ...init, signal: interruption() })

  shell.say('Start a registry on this machine, and fill it with images made on the spot.')
  const registry = undo.use(await startDockerRegistry())
  const busybox = await pushTestImage(registry.host, busyboxImage(), 'demo/busybox')
  const server = await pushTestImage(registry.host, await serverImage(), 'demo/nats')
  shell.expect(`${busybox} and ${server} are there`, true)

  try {
    await tour(shell, { busybox, server, port: await freePort(), directory })
  } catch (error) {
    await clear(tellingShell({ ...init, signal: new AbortController().signal }))
    throw error
  }
  shell.say('That was the main job. Next: npm run install-local, then runcible doctor.')
}

/** Fires at ^C and the like, so that everything is still cleaned up. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort(new Error(`ended by ${name}`)))
  }
  return controller.signal
}

/** No container may keep running in a directory that goes away. */
async function clear(shell: ReturnType<typeof tellingShell>): Promise<void> {
  const ids = (await shell.type('runcible', 'ps', '--all', '--quiet')).split('\n').filter(Boolean)
  if (ids.length > 0) await shell.type('runcible', 'rm', '--force', ...ids)
}

await main().catch((error: unknown) => {
  console.error(`\nquickstart: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
