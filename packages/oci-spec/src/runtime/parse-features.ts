import type { JsonObject } from '../json.ts'
import { at, member, readBoolean, readObject, readString, readStringMap, readStrings } from '../read.ts'
import type { LinuxFeatures, RuntimeFeatures } from './features.ts'

/**
 * The answer of `runc features` from unknown JSON. What a runtime does not mention it does not have.
 *
 * @throws SpecError when a member has the wrong type.
 */
export function parseRuntimeFeatures(value: unknown, path = ''): RuntimeFeatures {
  const root = part(value, path)
  return {
    ociVersionMin: readString(member(root.object, 'ociVersionMin') ?? '1.0.0', at(path, 'ociVersionMin')),
    ociVersionMax: readString(member(root.object, 'ociVersionMax') ?? '1.0.0', at(path, 'ociVersionMax')),
    hooks: root.strings('hooks'),
    mountOptions: root.strings('mountOptions'),
    linux: readLinux(root.part('linux')),
    annotations: readStringMap(member(root.object, 'annotations') ?? {}, at(path, 'annotations'))
  }
}

function readLinux(linux: Part): LinuxFeatures {
  const cgroup = linux.part('cgroup')
  const seccomp = linux.part('seccomp')
  return {
    namespaces: linux.strings('namespaces'),
    capabilities: linux.strings('capabilities'),
    cgroup: {
      v1: cgroup.flag('v1'),
      v2: cgroup.flag('v2'),
      systemd: cgroup.flag('systemd'),
      systemdUser: cgroup.flag('systemdUser'),
      rdma: cgroup.flag('rdma')
    },
    seccomp: {
      enabled: seccomp.flag('enabled'),
      actions: seccomp.strings('actions'),
      operators: seccomp.strings('operators'),
      archs: seccomp.strings('archs'),
      knownFlags: seccomp.strings('knownFlags'),
      supportedFlags: seccomp.strings('supportedFlags')
    },
    apparmor: linux.part('apparmor').flag('enabled'),
    selinux: linux.part('selinux').flag('enabled'),
    intelRdt: linux.part('intelRdt').flag('enabled'),
    idmap: linux.part('mountExtensions').part('idmap').flag('enabled')
  }
}

interface Part {
  readonly object: JsonObject
  strings(key: string): readonly string[]
  flag(key: string): boolean
  part(key: string): Part
}

function part(value: unknown, path: string): Part {
  const object = readObject(value, path)
  return {
    object,
    strings: (key) => readStrings(member(object, key), at(path, key)),
    flag: (key) => readBoolean(member(object, key) ?? false, at(path, key)),
    part: (key) => part(member(object, key) ?? {}, at(path, key))
  }
}
