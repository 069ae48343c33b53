import { describe, expect, it } from 'vitest'
import { buildNamespaces } from '../../src/runtime/namespaces.ts'

const types = (...args: Parameters<typeof buildNamespaces>) => buildNamespaces(...args).map(({ type }) => type)

describe('buildNamespaces', () => {
  it('makes every namespace private but the user namespace', () => {
    expect(types({})).toEqual(['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'])
  })

  it("leaves out the host's and names existing ones by path", () => {
    const namespaces = buildNamespaces({
      namespaces: { pid: 'host', network: { path: '/run/netns/x', shared: true }, cgroup: 'host' }
    })
    expect(namespaces).toEqual([
      { type: 'network', path: '/run/netns/x' },
      { type: 'ipc' },
      { type: 'uts' },
      { type: 'mount' }
    ])
    expect(() => buildNamespaces({ namespaces: { ipc: { path: 'proc/1/ns/ipc' } } })).toThrow(/not absolute/)
  })

  it('wants id mappings with a new user namespace and only there', () => {
    const map = [{ containerID: 0, hostID: 100000, size: 65536 }]
    expect(types({ namespaces: { user: 'private' }, uidMappings: map, gidMappings: map })[0]).toBe('user')
    expect(() => buildNamespaces({ namespaces: { user: 'private' } })).toThrow(/needs uid and gid mappings/)
    expect(() => buildNamespaces({ uidMappings: map, gidMappings: map })).toThrow(/need a user namespace/)
  })

  it("refuses the host's mount namespace", () => {
    expect(() => buildNamespaces({ namespaces: { mount: 'host' } })).toThrow(/mount namespace of its own/)
  })
})
