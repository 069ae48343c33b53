import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cgroupLayout, createLinux, parseGroups, parseMountInfo } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { cgroup } = createLinux()
const directory = temporaryDirectory()

const v1 = `30 25 0:26 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
32 25 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory,release_agent=/x\n`
const v2 = (path: string) => `33 25 0:29 / ${path} rw - cgroup2 cgroup2 rw,nsdelegate\n`

test('v1 trees are found by controller', () => {
  const layout = cgroupLayout(parseMountInfo(v1), () => '')
  expect(layout.mode).toBe('v1')
  expect(Object.fromEntries(layout.hierarchies)).toEqual({
    'name=systemd': '/sys/fs/cgroup/systemd',
    cpu: '/sys/fs/cgroup/cpu,cpuacct',
    cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
    memory: '/sys/fs/cgroup/memory'
  })
  expect(layout.controllers).toEqual(['cpu', 'cpuacct', 'memory'])
})

test('a v2 tree beside v1 makes it hybrid, alone v2, and none at all an error', () => {
  expect(cgroupLayout(parseMountInfo(v1 + v2('/sys/fs/cgroup/unified')), () => 'hugetlb\n')).toMatchObject({
    mode: 'hybrid',
    unified: '/sys/fs/cgroup/unified',
    controllers: ['cpu', 'cpuacct', 'hugetlb', 'memory']
  })
  expect(cgroupLayout(parseMountInfo(v2('/sys/fs/cgroup')), () => 'cpu io memory pids\n')).toMatchObject({
    mode: 'v2',
    unified: '/sys/fs/cgroup',
    controllers: ['cpu', 'io', 'memory', 'pids']
  })
  expect(() => cgroupLayout([], () => '')).toThrow('no cgroup filesystem')
})

test('groups of a process, by controller', () => {
  const groups = parseGroups('12:cpu,cpuacct:/a:b\n1:name=systemd:/user\n0::/unified\n')
  expect(Object.fromEntries(groups)).toEqual({ cpu: '/a:b', cpuacct: '/a:b', 'name=systemd': '/user', '': '/unified' })
  expect(cgroup.groupsOf().size).toBeGreaterThan(0)
})

test('control files are read and written as values', () => {
  writeFileSync(join(directory.path, 'memory.stat'), 'anon 4096\nfile 18446744073709551615\nodd text\n')
  writeFileSync(join(directory.path, 'cgroup.procs'), '1\n20\n')
  cgroup.write(directory.path, 'memory.max', 1024n)
  expect(cgroup.read(directory.path, 'memory.max')).toBe('1024')
  expect(cgroup.read(join(directory.path, 'gone'), 'memory.max')).toBeUndefined()
  expect(Object.fromEntries(cgroup.readTable(directory.path, 'memory.stat'))).toEqual({
    anon: 4096n,
    file: 18446744073709551615n
  })
  expect(cgroup.processes(directory.path)).toEqual([1, 20])
  expect(cgroup.processes(join(directory.path, 'gone'))).toEqual([])
})
