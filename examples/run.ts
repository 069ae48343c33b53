// What `docker run --rm` does, inside this process:  run.ts [IMAGE [COMMAND…]]
import { loadConfig, openEngine } from '@runcible/engine'
import { busyboxTar } from './busybox.ts'

const [name, ...command] = process.argv.slice(2)

await using engine = await openEngine({ config: loadConfig() })
await using cleanup = new AsyncDisposableStack()

/** An image of one file. A root file system becomes an image as soon as it is a tar. */
async function busybox(): Promise<string> {
  const changes = ['ENTRYPOINT ["/bin/busybox"]', 'CMD ["echo", "hello from a container"]']
  const { id } = await engine.images.import(busyboxTar(), { name: 'localhost/example-run', changes })
  cleanup.defer(async () => void (await engine.images.remove(id)))
  return id
}

const { id } = await engine.containers.create({
  image: name ?? (await busybox()),
  ...(command.length > 0 ? { command } : {})
})
cleanup.defer(async () => void (await engine.containers.remove(id, { force: true, volumes: true })))

const { attachment } = await engine.containers.start(id, { attach: { stdout: true, stderr: true } })
attachment?.stdout?.pipe(process.stdout, { end: false })
attachment?.stderr?.pipe(process.stderr, { end: false })

const exit = await engine.containers.wait(id)
await attachment?.done
process.exitCode = exit.code
