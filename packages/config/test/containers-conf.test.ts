import { describe, expect, it } from 'vitest'
import { sandbox } from './sandbox.ts'

/** The shape of Debian 12's /usr/share/containers/containers.conf. */
const debian = `# The containers configuration file specifies all of the available configuration
# command-line options/flags for container engine tools like Podman & Buildah,

[containers]

# List of annotation. Specified as
# "key = value"
#
#annotations = []

default_capabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  # a comment in between
  "SETFCAP",
  "SYS_CHROOT"
]

default_sysctls = [
  "net.ipv4.ping_group_range=0 0",
]
#umask = "0077"

[secrets]
#driver = "file"

[secrets.opts]
#root = "/example/directory"

[network]
#network_backend = ""

[engine]
#stop_timeout = 10

[engine.runtimes]
#crun = [
#  "/usr/bin/crun",
#]

[engine.volume_plugins]
#testplugin = "/run/podman/plugins/test.sock"

[machine]
#cpus=1
`

describe('containers.conf', () => {
  it('is read as Debian ships it', () => {
    using box = sandbox()
    box.write('usr/containers.conf', debian)
    const { containers } = box.load()
    expect(containers.capabilities).toEqual(['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_SETFCAP', 'CAP_SYS_CHROOT'])
    expect(containers.sysctls).toEqual({ 'net.ipv4.ping_group_range': '0 0' })
    expect(containers.umask).toBe(0o022)
  })

  it('sets every default', () => {
    using box = sandbox()
    box.write(
      'etc/containers.conf',
      `[containers]
env = ["A=1", "B=2"]
default_ulimits = ["nofile=1024:2048", "nproc=100", "memlock=-1:-1"]
pids_limit = 0
shm_size = "65536k"
umask = "0077"
log_driver = "json-file"
log_size_max = 1048576
dns_servers = ["1.1.1.1"]
dns_searches = ["example.com"]
dns_options = ["ndots:2"]
init_path = "/opt/init"
seccomp_profile = "/etc/own.json"
unknown_key = { is = "ignored" }
[engine]
stop_timeout = 3
`
    )
    const { containers } = box.load()
    expect(containers).toMatchObject({
      env: ['A=1', 'B=2'],
      ulimits: [
        { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048 },
        { type: 'RLIMIT_NPROC', soft: 100, hard: 100 },
        { type: 'RLIMIT_MEMLOCK', soft: 18446744073709549568, hard: 18446744073709549568 }
      ],
      pidsLimit: -1,
      shmSize: 67108864,
      umask: 0o077,
      logDriver: 'json-file',
      logMaxSize: 1048576,
      dns: ['1.1.1.1'],
      dnsSearch: ['example.com'],
      dnsOptions: ['ndots:2'],
      seccompProfile: '/etc/own.json',
      stopTimeout: 3
    })
    expect(containers.initPaths[0]).toBe('/opt/init')
  })

  it('lets the last file win: /usr, /etc, then the drop-ins in order', () => {
    using box = sandbox()
    box.write(
      'usr/containers.conf',
      '[containers]\npids_limit = 1\numask = "0001"\nshm_size = "1m"\nlog_driver = "none"\n'
    )
    box.write('etc/containers.conf', '[containers]\npids_limit = 2\numask = "0002"\nshm_size = "2m"\n')
    box.write('etc/containers.conf.d/20-b.conf', '[containers]\npids_limit = 4\n')
    box.write('etc/containers.conf.d/10-a.conf', '[containers]\npids_limit = 3\numask = "0003"\n')
    box.write('etc/containers.conf.d/30-c.txt', '[containers]\npids_limit = 5\n')
    expect(box.load().containers).toMatchObject({ pidsLimit: 4, umask: 3, shmSize: 2 * 1024 * 1024, logDriver: 'none' })
  })

  it("reads the user's file for rootless users only", () => {
    using box = sandbox()
    box.write('home/.config/containers/containers.conf', '[containers]\npids_limit = 7\n')
    box.write('home/.config/containers/containers.conf.d/a.conf', '[containers]\numask = "0007"\n')
    expect(box.load({ uid: 0 }).containers.pidsLimit).toBe(2048)
    expect(box.load({ uid: 1000 }).containers).toMatchObject({ pidsLimit: 7, umask: 7 })
  })

  it('obeys CONTAINERS_CONF and CONTAINERS_CONF_OVERRIDE', () => {
    using box = sandbox()
    box.write('etc/containers.conf', '[containers]\npids_limit = 1\numask = "0001"\n')
    const only = box.write('only.conf', '[containers]\npids_limit = 2\n')
    const override = box.write('override.conf', '[containers]\npids_limit = 3\n')
    expect(box.load({ env: { CONTAINERS_CONF: only } }).containers).toMatchObject({ pidsLimit: 2, umask: 0o022 })
    expect(box.load({ env: { CONTAINERS_CONF_OVERRIDE: override } }).containers).toMatchObject({
      pidsLimit: 3,
      umask: 1
    })
  })

  it('replaces lists, or appends to them', () => {
    using box = sandbox()
    box.write('usr/containers.conf', '[containers]\nenv = ["A=1"]\ndns_servers = ["1.1.1.1"]\n')
    box.write('etc/containers.conf', '[containers]\nenv = ["B=2", {append=true}]\ndns_servers = ["2.2.2.2"]\n')
    expect(box.load().containers).toMatchObject({ env: ['A=1', 'B=2'], dns: ['2.2.2.2'] })
  })

  it('takes -1 for a log without limit and empty strings for defaults', () => {
    using box = sandbox()
    box.write(
      'etc/containers.conf',
      '[containers]\nlog_size_max = -1\nlog_driver = ""\nshm_size = ""\nseccomp_profile = ""\ndefault_capabilities = []\n'
    )
    const { containers } = box.load()
    expect(containers).toMatchObject({ logMaxSize: -1, logDriver: 'k8s-file', shmSize: 67108864 })
    expect(containers).not.toHaveProperty('seccompProfile')
    expect(containers).not.toHaveProperty('capabilities')
  })

  it("uses the administrator's seccomp.json, not the distribution's", () => {
    using box = sandbox()
    box.write('usr/seccomp.json', '{}')
    expect(box.load().containers).not.toHaveProperty('seccompProfile')
    const own = box.write('etc/seccomp.json', '{}')
    expect(box.load().containers.seccompProfile).toBe(own)
  })

  it('keeps lines that look like comments in multi-line strings', () => {
    using box = sandbox()
    box.write('etc/containers.conf', '[containers]\ndns_options = ["""\n# no comment\nx"""]\n')
    expect(box.load().containers.dnsOptions).toEqual(['# no comment\nx'])
  })

  it.each([
    ['[containers]\numask = 22\n', 'containers.umask must be a string'],
    ['[containers]\numask = "0999"\n', 'containers.umask must be an octal number'],
    ['[containers]\npids_limit = "5"\n', 'containers.pids_limit must be an integer'],
    ['[containers]\npids_limit = 1.5\n', 'containers.pids_limit must be an integer'],
    ['[containers]\npids_limit = -5\n', 'containers.pids_limit must not be negative'],
    ['[containers]\nenv = "A=1"\n', 'containers.env must be a list of strings'],
    ['[containers]\nenv = [1]\n', 'containers.env must be a list of strings'],
    ['[containers]\nshm_size = "lots"\n', 'containers.shm_size must be a size'],
    ['[containers]\nshm_size = "0"\n', 'containers.shm_size must be a size'],
    ['[containers]\ndefault_ulimits = ["nofile"]\n', 'containers.default_ulimits has "nofile"'],
    ['[containers]\ndefault_ulimits = ["nofile=9:1"]\n', 'containers.default_ulimits has "nofile=9:1"'],
    ['[containers]\ndefault_ulimits = ["files=1:9"]\n', 'containers.default_ulimits has "files=1:9"'],
    ['[containers]\ndefault_sysctls = ["x"]\n', 'containers.default_sysctls has "x"'],
    ['[containers]\ndefault_capabilities = ["FLY"]\n', 'containers.default_capabilities is wrong'],
    ['[containers]\nlog_driver = "syslog"\n', 'containers.log_driver must be one of'],
    ['[containers]\nlog_size_max = 10\n', 'containers.log_size_max must be at least 8192'],
    ['[containers]\nseccomp_profile = "x.json"\n', 'containers.seccomp_profile must be an absolute path'],
    ['[engine]\nstop_timeout = -1\n', 'engine.stop_timeout must not be negative'],
    ['containers = 5\n', 'containers must be a table'],
    ['containers = 1979-05-27\n', 'containers must be a table'],
    ['# one\n[containers\n', 'line 2']
  ])('names file and key of what is wrong: %j', (content, message) => {
    using box = sandbox()
    const file = box.write('etc/containers.conf', content)
    expect(() => box.load().containers).toThrow(message)
    expect(() => box.load().containers).toThrow(file)
    expect(() => box.load().containers).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
