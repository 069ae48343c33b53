import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  fakeArtifacts,
  fakeContentStore,
  fakeDiffer,
  fakeEventBus,
  fakeImageStore,
  fakeRegistries,
  fakeLogStore,
  fakeManifestLists,
  fakeNetworkDriver,
  fakeRuntime,
  fakeSnapshotter,
  fakeStateStore,
  fakeVolumeDriver,
  memoryRootfsAccess,
  publishFakeImage,
  type FakeRegistry
} from '@runcible/fakes'
import type { Engine } from '@runcible/interface'
import { localEngine, type Parts } from '../../src/index.ts'
import { defaults } from './values.ts'

const nobody = async (): Promise<never> => {
  throw new Error('this engine knows nothing of a host')
}

export interface FakeEngine extends AsyncDisposable {
  readonly engine: Engine
  readonly parts: Parts
  readonly image: string
}

/** A local engine over the fakes of every contract, with one image in its store. */
export async function fakeEngine(own: Partial<Parts> = {}): Promise<FakeEngine> {
  const home = mkdtempSync(join(tmpdir(), 'lifecycle-'))
  const registry: FakeRegistry = new Map()
  const image = 'docker.io/library/busybox:latest'
  publishFakeImage(registry, image, { Cmd: ['sh'] })
  const logs = fakeLogStore()
  const parts = {
    runtime: fakeRuntime({ logs }),
    images: fakeImageStore({ registry }),
    manifests: fakeManifestLists(),
    artifacts: fakeArtifacts(),
    registries: fakeRegistries(),
    snapshotter: chainless(fakeSnapshotter()),
    differ: fakeDiffer({ content: fakeContentStore() }),
    rootfs: memoryRootfsAccess(),
    network: fakeNetworkDriver(),
    volumes: fakeVolumeDriver(),
    state: fakeStateStore(),
    events: fakeEventBus(),
    logs,
    logger: { level: 'error', log: () => {} },
    settings: {
      root: join(home, 'root'),
      runRoot: join(home, 'run'),
      defaults,
      host: () => ({
        cgroupMode: 'v2',
        rlimits: { hard: {}, mayRaise: true },
        capabilities: ['CAP_CHOWN', 'CAP_KILL'],
        cpuCount: 1,
        hostname: 'host.example',
        bootId: 'this boot',
        cgroupParent: '/runcible'
      }),
      loadSeccomp: () => ({ defaultAction: 'SCMP_ACT_ALLOW' }),
      version: nobody,
      info: nobody,
      doctor: nobody,
      removeFiles: nobody,
      trust: {
        policy: nobody,
        show: nobody,
        set: nobody,
        sign: nobody,
        verify: nobody,
        signImage: nobody,
        generateKey: nobody
      }
    },
    ...own
  } as Parts
  const engine = localEngine(parts)
  await engine.images.pull(image)
  return {
    engine,
    parts,
    image,
    [Symbol.asyncDispose]: async () => {
      for (const { id } of await engine.containers.list({ all: true }))
        await engine.containers.remove(id, { force: true })
      await engine[Symbol.asyncDispose]()
      rmSync(home, { recursive: true, force: true })
    }
  }
}

/** The fake image store unpacks nothing: a container's layer has no parent here. */
function chainless(snapshotter: Parts['snapshotter']): Parts['snapshotter'] {
  return { ...snapshotter, prepare: (key, _parent, options) => snapshotter.prepare(key, undefined, options) }
}
