// Follows what happens while an image is pulled and containers come and go:  events.ts IMAGE [--plain-http]
import { parseArgs } from 'node:util'
import { isEngineError, loadConfig, openEngine, type PullProgress } from '@runcible/engine'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'plain-http': { type: 'boolean' } } })
const [image = 'docker.io/library/alpine'] = positionals

await using engine = await openEngine({ config: loadConfig() })

/** Events of every process that works on this engine, until the signal fires. */
async function follow(signal: AbortSignal): Promise<void> {
  for await (const { type, action, name } of engine.events.subscribe({ signal, filters: { type: ['container'] } })) {
    console.log(`event: ${type} ${name} ${action}`)
  }
}

/** Progress is a union: `type` says what an event carries. */
function show(progress: PullProgress): void {
  if (progress.type === 'blob' && progress.phase === 'done') console.log(`pulled: ${progress.kind} ${progress.digest}`)
  if (progress.type === 'message') console.log(`pull: ${progress.text}`)
}

await engine.images.pull(
  image,
  { tlsVerify: !values['plain-http'] },
  { onProgress: show, signal: AbortSignal.timeout(60_000) }
)

const enough = new AbortController()
const following = follow(enough.signal)

for (const name of ['example-first', 'example-second']) {
  await engine.containers.create({ name, image, command: ['sleep', '60'], stopTimeout: 1 })
  await engine.containers.start(name)
}

try {
  // A wait that is given up: the container goes on.
  await engine.containers.wait('example-first', { signal: AbortSignal.timeout(100) })
} catch (error) {
  if (!isEngineError(error, 'aborted')) throw error
  console.log(`gave up: ${error.message}`)
}

for (const name of ['example-first', 'example-second']) await engine.containers.remove(name, { force: true })
enough.abort()
await following
