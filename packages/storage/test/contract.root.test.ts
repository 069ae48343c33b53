import { describeDiffer, describeRootfsAccess, describeSnapshotter } from '@runcible/suites'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  fuseOverlayfsSnapshotter,
  layerDiffer,
  localContentStore,
  overlaySnapshotter,
  rootfsAccess,
  vfsSnapshotter
} from '../src/index.ts'
import { linux, temporary } from './support.ts'

for (const [name, factory] of [
  ['overlaySnapshotter', overlaySnapshotter],
  ['fuseOverlayfsSnapshotter', fuseOverlayfsSnapshotter],
  ['vfsSnapshotter', vfsSnapshotter]
] as const) {
  describeSnapshotter(name, async () => {
    const directory = temporary()
    const subject = factory({ root: directory.path, linux })({})
    return { subject, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() }
  })
}

for (const [name, threadFrom] of [
  ['layerDiffer on the calling thread', Number.POSITIVE_INFINITY],
  ['layerDiffer on a thread of its own', 0]
] as const) {
  describeDiffer(name, async () => {
    const directory = temporary()
    const path = (part: string) => join(directory.path, part)
    mkdirSync(path('root'))
    const content = localContentStore({ root: path('content'), linux })({})
    return {
      subject: layerDiffer({ linux, tmp: path('tmp'), threadFrom })({ content }),
      content,
      mounts: [{ type: 'bind', source: path('root'), options: ['rbind', 'rw'] }],
      read: async (file) => readFileSync(path(`root/${file}`), 'utf8'),
      [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]()
    }
  })
}

describeRootfsAccess('rootfsAccess by mounts', async () => {
  const directory = temporary()
  const root = join(directory.path, 'root')
  mkdirSync(root)
  return {
    subject: rootfsAccess({ tmp: join(directory.path, 'tmp'), linux })({}),
    source: { mounts: [{ type: 'bind', source: root, options: ['rbind', 'rw'] }] },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]()
  }
})

describeRootfsAccess('rootfsAccess by process', async () => {
  const directory = temporary()
  const child = spawn(
    '/bin/busybox',
    ['sh', '-c', 'cp /bin/busybox . && exec chroot . /busybox sh -c "/busybox rm busybox; echo ready; read end"'],
    {
      cwd: directory.path,
      stdio: ['pipe', 'pipe', 'inherit']
    }
  )
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return {
    subject: rootfsAccess({ tmp: '/nonexistent', linux })({}),
    source: { pid: child.pid ?? 0 },
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.stdin.end()
      await gone
      await directory[Symbol.asyncDispose]()
    }
  }
})
