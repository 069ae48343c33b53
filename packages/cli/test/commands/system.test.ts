import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

describe('version', () => {
  it('prints text, json and templates', async () => {
    const engine = fakeEngine()
    expect((await runCli(['version'], { engine })).stdout).toBe(
      'Client:       Runcible Engine\nVersion:      1.2.3\nAPI Version:  1.2.3\nNode Version: v26.10.0\nOS/Arch:      linux/amd64\nKernel:       6.18.0\nRuntime:      runc 1.1.5 (/usr/bin/runc)\n'
    )
    expect(JSON.parse((await runCli(['version', '-f', 'json'], { engine })).stdout)).toMatchObject({
      Client: { Version: '1.2.3', OsArch: 'linux/amd64' }
    })
    expect((await runCli(['version', '--format', '{{.Client.Version}}'], { engine })).stdout).toBe('1.2.3\n')
  })
})

describe('info', () => {
  const system = {
    info: async () => ({
      ...(await fakeEngine().system.version()),
      host: {
        hostname: 'box',
        cpus: 2,
        memory: 100,
        memoryFree: 50,
        uptime: 3725,
        distribution: { id: 'debian', version: '12' },
        cgroupMode: 'hybrid' as const,
        cgroupControllers: ['cpu'],
        security: { apparmor: false, selinux: false, seccomp: true, rootless: false, capabilities: ['CAP_CHOWN'] }
      },
      store: {
        root: '/r',
        runRoot: '/rr',
        snapshotter: 'overlay',
        containers: { total: 3, running: 1, paused: 0, stopped: 2 },
        images: 4
      },
      plugins: { network: ['bridge'], volume: ['local'], log: ['k8s-file'] },
      monitor: { path: '/usr/bin/conmon', version: '2.1.6' }
    })
  }

  it('prints YAML, json and templates', async () => {
    const engine = fakeEngine({ system })
    const { stdout } = await runCli(['info'], { engine })
    expect(stdout).toMatch(/^host:\n  arch: amd64\n  cgroupControllers:\n  - cpu\n/)
    expect(stdout).toContain('  uptime: "1h 2m 5.00s"\n')
    expect(stdout).toContain('store:\n  containerStore:\n    number: 3\n')
    expect(JSON.parse((await runCli(['system', 'info', '-f', 'json'], { engine })).stdout)).toMatchObject({
      host: { cgroupVersion: 'v1' },
      store: { graphRoot: '/r' }
    })
    expect(
      (await runCli(['info', '-f', '{{.Host.CgroupVersion}} {{.Store.GraphDriverName}}'], { engine })).stdout
    ).toBe('v1 overlay\n')
  })
})

describe('doctor', () => {
  const overlay = {
    check: 'kernel.overlay',
    ok: true,
    required: true,
    found: 'overlay in /proc/filesystems',
    effect: ''
  }
  const runc = {
    check: 'runtime.runc',
    ok: false,
    required: true,
    found: 'no runc on the PATH',
    effect: 'no container can run',
    fix: 'apt-get install runc'
  }
  const nft = { check: 'network.nft', ok: false, required: false, found: 'no nft', effect: 'ports are slower' }
  const doctor = (...found: readonly (typeof nft)[]): ReturnType<typeof fakeEngine> =>
    fakeEngine({ system: { doctor: async () => found } })

  it('fails only for what is needed', async () => {
    expect(await runCli(['doctor'], { engine: doctor(overlay) })).toMatchObject({
      code: 0,
      stdout: '✔ kernel.overlay           overlay in /proc/filesystems\nall 1 checks passed\n'
    })
    const weak = await runCli(['doctor'], { engine: doctor(overlay, nft) })
    expect(weak).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('everything needed is here; 1 of 2 checks could be better\n')
    })
    const broken = await runCli(['doctor'], { engine: doctor(overlay, runc, nft) })
    expect(broken.code).toBe(1)
    expect(broken.stdout).toContain(
      '✘ runtime.runc             no runc on the PATH\n                           no container can run\n                           fix: apt-get install runc\n'
    )
    expect(JSON.parse((await runCli(['doctor', '-f', 'json'], { engine: doctor(runc) })).stdout)).toEqual([runc])
  })
})
