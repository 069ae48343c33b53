import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allCapabilities, capabilitiesFromMask, defaultCapabilities, type SpecInput } from '../../src/index.ts'
import { readHost, runContainer } from './bundle.ts'

const shell = async (script: string, more: Partial<SpecInput> = {}) => {
  const result = await runContainer(['/bin/sh', '-c', script], more)
  expect(result.stderr).toBe('')
  expect(result.code).toBe(0)
  return result.stdout
}

const statusSets = (status: string) =>
  Object.fromEntries(
    [...status.matchAll(/^Cap(\w+):\s*(\w+)/gm)].map(([, set = '', mask = '']) => [set, capabilitiesFromMask(mask)])
  )

const sorted = (names: readonly string[]) => allCapabilities.filter((name) => names.includes(name))

describe('buildRuntimeSpec, run by runc', () => {
  it('gives the default capabilities, the seccomp filter and the umask', async () => {
    const status = await shell('busybox cat /proc/self/status')
    const wanted = sorted(defaultCapabilities)
    expect(statusSets(status)).toEqual({ Inh: [], Prm: wanted, Eff: wanted, Bnd: wanted, Amb: [] })
    expect(status).toMatch(/^Seccomp:\s*2$/m)
    expect(status).toMatch(/^NoNewPrivs:\s*0$/m)
    expect(status).toMatch(/^Umask:\s*0022$/m)
  })

  it('starts another user with no capability in effect and exactly its groups', async () => {
    const user = { uid: 1000, gid: 1001, umask: 0o027, additionalGids: [7] }
    const status = await shell('busybox cat /proc/self/status', { user, noNewPrivileges: true })
    expect(statusSets(status)).toMatchObject({ Inh: [], Prm: [], Eff: [], Amb: [] })
    expect(status).toMatch(/^Uid:\s*1000\s+1000/m)
    expect(status).toMatch(/^Groups:\s*7\s*$/m)
    expect(status).toMatch(/^NoNewPrivs:\s*1$/m)
    expect(status).toMatch(/^Umask:\s*0027$/m)
  })

  it('masks what tells about the host and protects what reaches it', async () => {
    const output = await shell(`
      busybox cat /proc/kcore /proc/keys /proc/timer_list /proc/interrupts 2>/dev/null
      busybox ls -A /sys/firmware /sys/dev/block /proc/acpi 2>/dev/null | busybox grep -v : | busybox grep . && echo visible
      for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /sys/kernel/uevent_seqnum /sys/fs/cgroup/pids/pids.max; do
        (echo 1 > $file) 2>/dev/null && echo "wrote $file"
      done
      echo done`)
    expect(output).toBe('done\n')
  })

  it('hands on no file descriptor but the standard three', async () => {
    // The fourth is the folder itself while ls reads it.
    expect((await shell('exec busybox ls /proc/self/fd')).trim().split(/\s+/)).toEqual(['0', '1', '2', '3'])
  })

  it('keeps rlimits inside what this process may set', async () => {
    const { rlimits } = readHost()
    const most = rlimits.mayRaise ? 524288 : Math.min(524288, rlimits.hard.RLIMIT_NOFILE ?? Infinity)
    const output = await shell('ulimit -Sn; ulimit -Hn; ulimit -Hc; ulimit -Ss; ulimit -Hs', {
      rlimits: [{ type: 'RLIMIT_STACK', soft: 4 * 1024 * 1024, hard: Infinity }]
    })
    expect(output.split('\n')).toEqual([String(Math.min(1024, most)), String(most), '0', '4096', 'unlimited', ''])
  })

  it('has namespaces, a hostname and cgroups of its own', async () => {
    const names = ['pid', 'net', 'ipc', 'uts', 'mnt', 'cgroup']
    const output = await shell(
      `busybox hostname; for n in ${names.join(' ')}; do busybox readlink /proc/self/ns/$n; done; busybox cat /proc/self/cgroup`
    )
    const [hostname, ...lines] = output.trim().split('\n')
    expect(hostname).toBe('box')
    names.forEach((name, index) => {
      expect(lines[index]).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`))
      expect(lines[index]).not.toBe(readlinkSync(`/proc/self/ns/${name}`))
    })
    for (const line of lines.slice(names.length)) expect(line).toMatch(/:\/$/)
  })

  it('limits processes and memory, in the cgroups this host has', async () => {
    const [pids, memory] =
      readHost().cgroupMode === 'v2'
        ? ['/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/memory.max']
        : ['/sys/fs/cgroup/pids/pids.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']
    expect(await shell(`busybox cat ${pids} ${memory}`, { resources: { memory: { limit: 64 * 1024 * 1024 } } })).toBe(
      '2048\n67108864\n'
    )
  })

  it('has the devices, /dev/shm and the kernel parameters that programs expect', async () => {
    const output = await shell(`
      for d in null zero full random urandom tty ptmx pts/ptmx; do busybox test -c /dev/$d || echo "no $d"; done
      echo x > /dev/shm/x && busybox df -k /dev/shm | busybox tail -1 | busybox awk '{ print $2 }'
      busybox cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range
      busybox mknod /tmp-node b 8 0 2>/dev/null && echo made; true`)
    expect(output.trim().split(/\s+/)).toEqual(['65536', '0', '0', '2147483647'])
  }, 60_000)

  it('refuses mounts and new namespaces', async () => {
    const output = await shell(`
      busybox mount -t tmpfs t /bin 2>&1; busybox unshare -r busybox true 2>&1; busybox unshare -n busybox true 2>&1; busybox chroot / /bin/sh -c 'echo ok'`)
    expect(output.match(/not permitted|denied/g)).toHaveLength(3)
    expect(output).toMatch(/ok\n$/)
  })

  it('gives privileged containers everything this process has, and nothing more', async () => {
    const status = await shell('busybox cat /proc/self/status; busybox mount -t tmpfs t /bin && echo mounted', {
      privileged: true
    })
    const own = readHost().capabilities
    expect(statusSets(status)).toEqual({ Inh: [], Prm: own, Eff: own, Bnd: own, Amb: [] })
    expect(status).toMatch(/^Seccomp:\s*0$/m)
    expect(status).toMatch(/mounted\n$/)
  })

  it("shares the host's namespaces when asked", async () => {
    const namespaces = { pid: 'host', network: 'host', ipc: 'host', uts: 'host' } as const
    const output = await shell('busybox hostname; busybox readlink /proc/self/ns/net', {
      namespaces,
      hostname: 'ignored'
    })
    const hostname = readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()
    expect(output.split('\n')).toEqual([hostname, readlinkSync('/proc/self/ns/net'), ''])
  })

  it('runs in a user namespace', async () => {
    const map = [{ containerID: 0, hostID: 0, size: 65536 }]
    const output = await shell('busybox cat /proc/self/uid_map; busybox cat /proc/sys/net/ipv4/ping_group_range', {
      namespaces: { user: 'private' },
      uidMappings: map,
      gidMappings: map
    })
    expect(output.trim().split(/\s+/)).toEqual(['0', '0', '65536', '0', '65535'])
  })
})

// Node needs threads, epoll, sockets and child processes; its ffi makes the calls that no usual program makes.
const probe = `
  const { dlopen, getInt32 } = require('node:ffi')
  const { syscall, __errno_location: errno } = dlopen('libc.so.6', {
    syscall: { arguments: ['i64', 'i64', 'i64', 'i64'], return: 'i64' },
    __errno_location: { arguments: [], return: 'pointer' }
  }).functions
  const call = (number, ...args) => {
    const [a = 0n, b = 0n, c = 0n] = args
    return syscall(number, a, b, c) < 0n ? getInt32(errno()) : 0
  }
  const numbers = process.arch === 'arm64'
    ? { clone: 220n, socket: 198n, keyctl: 219n, userfaultfd: 282n, bpf: 280n }
    : { clone: 56n, socket: 41n, keyctl: 250n, userfaultfd: 323n, bpf: 321n }
  const answers = {
    inet: call(numbers.socket, 2n, 1n), netlink: call(numbers.socket, 16n, 3n),
    alg: call(numbers.socket, 38n, 5n), algWrapped: call(numbers.socket, (1n << 32n) | 38n, 5n), vsock: call(numbers.socket, 40n, 1n),
    keyctl: call(numbers.keyctl), userfaultfd: call(numbers.userfaultfd), bpf: call(numbers.bpf), ioUring: call(425n, 1n), clone3: call(435n),
    newUser: call(numbers.clone, 0x10000000n | 17n)
  }
  const { Worker } = require('node:worker_threads')
  const { execFileSync } = require('node:child_process')
  const server = require('node:http').createServer((request, response) => response.end('served')).listen(0, '127.0.0.1', () =>
    require('node:http').get({ port: server.address().port, host: '127.0.0.1' }, response =>
      response.once('data', data =>
        new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true }).once('message', () => {
          answers.served = String(data) + execFileSync('/bin/busybox', ['echo', '-n', '!'])
          console.log(JSON.stringify(answers))
          server.close()
        }))))`

describe('the default seccomp profile', () => {
  it('runs a real server, and answers the dangerous calls', async () => {
    const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64'].filter((path) => existsSync(path))
    const bind = (source: string, destination = source) => ({
      destination,
      type: 'bind',
      source,
      options: ['rbind', 'rprivate', 'ro']
    })
    const args = ['/bin/node', '--disable-warning=ExperimentalWarning', '-e', probe]
    const mounts = [...libraries.map((path) => bind(path)), bind(process.execPath, '/bin/node')]
    const script = 'busybox ip link set lo up; exec "$@"'
    const result = await runContainer(['/bin/sh', '-c', script, 'sh', ...args], {
      mounts,
      capabilities: { add: ['NET_ADMIN'] }
    })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(result.stdout)).toEqual({
      inet: 0,
      netlink: 0,
      alg: 97,
      algWrapped: 38,
      vsock: 97,
      keyctl: 1,
      userfaultfd: 1,
      bpf: 1,
      ioUring: 38,
      clone3: 38,
      newUser: 1,
      served: 'served!'
    })
  })
})
