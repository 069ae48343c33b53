/** What `runc features` prints. Runtime specification, "Features Structure". */
export interface RuntimeFeatures {
  readonly ociVersionMin: string
  readonly ociVersionMax: string
  readonly hooks: readonly string[]
  readonly mountOptions: readonly string[]
  readonly linux: LinuxFeatures
  readonly annotations: Readonly<Record<string, string>>
}

export interface LinuxFeatures {
  readonly namespaces: readonly string[]
  readonly capabilities: readonly string[]
  readonly cgroup: {
    readonly v1: boolean
    readonly v2: boolean
    readonly systemd: boolean
    readonly systemdUser: boolean
    readonly rdma: boolean
  }
  readonly seccomp: {
    readonly enabled: boolean
    readonly actions: readonly string[]
    readonly operators: readonly string[]
    readonly archs: readonly string[]
    readonly knownFlags: readonly string[]
    readonly supportedFlags: readonly string[]
  }
  readonly apparmor: boolean
  readonly selinux: boolean
  readonly intelRdt: boolean
  readonly idmap: boolean
}
