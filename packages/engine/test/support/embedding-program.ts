// A program that uses engines as a library and then just ends. Prints one JSON document.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { loadConfig, openEngine, type Engine } from '@runcible/engine'

const home = process.argv[2]!
const image = 'localhost/box'

const open = (name: string) =>
  openEngine({ config: loadConfig({ flags: { root: join(home, name, 'root'), runRoot: join(home, name, 'run') } }) })

async function addImage(engine: Engine): Promise<void> {
  const tar = spawn('tar', ['--create', '--directory=/', 'bin/busybox'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await engine.images.import(tar.stdout, { name: image, changes: ['ENTRYPOINT ["/bin/busybox"]'] })
}

async function runOnce(engine: Engine, word: string): Promise<string> {
  const { id } = await engine.containers.create({ image, name: 'same', command: ['echo', word] })
  const { attachment } = await engine.containers.start(id, { attach: { stdout: true } })
  let output = ''
  for await (const chunk of attachment!.stdout!) output += String(chunk)
  await engine.containers.wait(id)
  await attachment!.done
  await engine.containers.remove(id)
  return output
}

/** What this process holds of the kernel, once what nobody refers to any more is collected. */
async function held() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await pause(20)
  }
  const infos = readdirSync('/proc/self/fdinfo').flatMap((fd) => {
    try {
      return [readFileSync(join('/proc/self/fdinfo', fd), 'latin1')]
    } catch {
      return []
    }
  })
  return {
    descriptors: infos.length,
    watches: infos.join('\n').match(/^inotify wd/gm)?.length ?? 0,
    threads: readdirSync('/proc/self/task').length
  }
}

/** Opens two engines, runs `rounds` containers, and closes both with a subscription still open. */
async function useEngines(rounds: number) {
  await using first = await open('first')
  await using second = await open('second')
  if (!(await first.images.exists(image))) await Promise.all([first, second].map(addImage))
  const words = await Promise.all([runOnce(first, 'one'), runOnce(second, 'two')])
  const before = await held()
  for (let round = 0; round < rounds; round++) await runOnce(first, 'again')
  const after = await held()
  void (async () => {
    for await (const _ of second.events.subscribe());
  })()
  return { words, before, after }
}

await useEngines(1)
const used = await useEngines(50)
const closed = await held()
for (let round = 0; round < 5; round++) await useEngines(0)
console.log(JSON.stringify({ ...used, closed, closedAgain: await held() }))
