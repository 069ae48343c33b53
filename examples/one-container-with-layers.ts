// One container made of layers by hand: no engine, no images, no database. Each package works alone.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createLinux } from '@runcible/linux'
import { buildRuntimeSpec, ociMediaTypes } from '@runcible/oci-spec'
import { runc } from '@runcible/runc-driver'
import { layerDiffer, localContentStore, overlaySnapshotter } from '@runcible/storage'
import { busyboxTar } from './busybox.ts'

await using cleanup = new AsyncDisposableStack()
const home = await mkdtemp('/var/tmp/layers-')
cleanup.defer(() => rm(home, { recursive: true }))

const linux = createLinux()
const content = localContentStore({ root: join(home, 'content') })({})
const snapshots = overlaySnapshotter({ root: join(home, 'snapshots') })({})
const differ = layerDiffer({ tmp: join(home, 'tmp') })({ content })
const runtime = runc({ root: join(home, 'tasks') })({})

// A tar becomes a blob, the blob a layer that others can be based on.
await using ingest = (await content.ingest({ ref: 'base' }))!
for await (const chunk of busyboxTar()) await ingest.write(chunk)
const { digest, size } = await ingest.commit()
await differ.apply({ mediaType: ociMediaTypes.layer, digest, size }, await snapshots.prepare('unpacking', undefined))
await snapshots.commit('base', 'unpacking')

const rootfs = await snapshots.prepare('box', 'base')
const spec = buildRuntimeSpec({
  rootfs: { path: 'rootfs' },
  args: ['/bin/busybox', 'sh', '-c', 'echo hello from layers > /note; cat /note'],
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  cgroupMode: linux.cgroup.layout().mode,
  hostRlimits: linux.process.hardLimits()
})

const task = await runtime.create({
  id: 'box',
  spec,
  rootfs,
  io: { terminal: false, stdin: false, log: { driver: 'none' } }
})
cleanup.defer(async () => void (await task.delete({ force: true })))
const { stdout, done } = await task.attach({ stdout: true })
stdout?.pipe(process.stdout, { end: false })
await task.start()
const { code } = await task.wait()
await done

// What the container wrote is a layer, too.
await task.delete()
let bytes = 0
for await (const chunk of differ.compare({ lower: await snapshots.view('below', 'base'), upper: rootfs }))
  bytes += chunk.length
console.log(`exit code ${code}, a new layer of ${bytes} bytes`)
