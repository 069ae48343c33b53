import { describe, expect, it } from 'vitest'
import { buildSysctl } from '../../src/runtime/sysctl.ts'

describe('buildSysctl', () => {
  it('opens ping and low ports in a network of its own only', () => {
    expect(buildSysctl({})).toEqual({
      'net.ipv4.ping_group_range': '0 2147483647',
      'net.ipv4.ip_unprivileged_port_start': '0'
    })
    expect(buildSysctl({ namespaces: { network: { path: '/run/netns/own' } } })).toHaveProperty([
      'net.ipv4.ping_group_range'
    ])
    expect(buildSysctl({ namespaces: { network: 'host' } })).toEqual({})
    expect(buildSysctl({ namespaces: { network: { path: '/run/netns/other', shared: true } } })).toEqual({})
  })

  it('keeps the ping range inside the mapped groups', () => {
    const sysctl = buildSysctl({ gidMappings: [{ containerID: 0, hostID: 100000, size: 1000 }] })
    expect(sysctl['net.ipv4.ping_group_range']).toBe('0 999')
  })

  it('takes what is asked for over the defaults', () => {
    const sysctl = buildSysctl({ sysctl: { 'net.ipv4.ip_unprivileged_port_start': '1024', 'kernel.shmmax': '1' } })
    expect(sysctl).toMatchObject({ 'net.ipv4.ip_unprivileged_port_start': '1024', 'kernel.shmmax': '1' })
  })

  it.each([
    'vm.swappiness',
    'kernel.core_pattern',
    'kernel.hostname',
    '__proto__',
    'net../../kernel/core_pattern',
    'fs.file-max'
  ])('refuses %s, which would change the host', (name) => {
    expect(() => buildSysctl({ sysctl: Object.fromEntries([[name, '1']]) })).toThrow(/would change the host/)
  })

  it('refuses parameters of a shared namespace', () => {
    expect(() => buildSysctl({ namespaces: { network: 'host' }, sysctl: { 'net.core.somaxconn': '1' } })).toThrow(
      /private network/
    )
    expect(() => buildSysctl({ namespaces: { ipc: 'host' }, sysctl: { 'fs.mqueue.msg_max': '1' } })).toThrow(
      /private ipc/
    )
  })
})
