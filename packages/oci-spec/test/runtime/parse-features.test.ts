import { describe, expect, it } from 'vitest'
import { parseRuntimeFeatures } from '../../src/index.ts'

describe('parseRuntimeFeatures', () => {
  it('takes what is not mentioned for absent', () => {
    const features = parseRuntimeFeatures({})
    expect(features.hooks).toEqual([])
    expect(features.linux.cgroup).toEqual({ v1: false, v2: false, systemd: false, systemdUser: false, rdma: false })
    expect(features.linux.seccomp.enabled).toBe(false)
  })

  it('reads the parts of the document', () => {
    const features = parseRuntimeFeatures({
      ociVersionMin: '1.0.0',
      ociVersionMax: '1.2.0',
      hooks: ['poststop'],
      linux: {
        namespaces: ['pid'],
        cgroup: { v1: true, v2: true },
        seccomp: { enabled: true, archs: ['SCMP_ARCH_ARM'] },
        mountExtensions: { idmap: { enabled: true } }
      },
      annotations: { 'io.github.seccomp.libseccomp.version': '2.5.4' }
    })
    expect(features).toMatchObject({
      ociVersionMax: '1.2.0',
      hooks: ['poststop'],
      linux: { namespaces: ['pid'], idmap: true, apparmor: false }
    })
    expect(features.linux.seccomp.archs).toEqual(['SCMP_ARCH_ARM'])
    expect(() => parseRuntimeFeatures({ linux: { cgroup: { v1: 'yes' } } })).toThrow(/^\/linux\/cgroup\/v1/)
  })
})
