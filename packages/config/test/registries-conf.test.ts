import { describe, expect, it } from 'vitest'
import { findRegistryRule, rememberAlias } from '@runcible/config'
import { sandbox } from './sandbox.ts'

/** The shape of Debian 12's registries.conf: comments only. */
const debian = `# For more information on this configuration file, see containers-registries.conf(5).
# # An array of host[:port] registries to try when pulling an unqualified image, in order.
# unqualified-search-registries = ["example.com"]
#
# [[registry]]
# prefix = "example.com/foo"
`

describe('registries.conf', () => {
  it('is read as Debian ships it, with short names dropped in', () => {
    using box = sandbox()
    box.write('etc/registries.conf', debian)
    box.write(
      'etc/registries.conf.d/shortnames.conf',
      '[aliases]\n  # SUSE\n  "suse/sle15" = "registry.suse.com/suse/sle15"\n  "node" = "docker.io/library/node"\n'
    )
    const { registries } = box.load()
    expect(registries.search).toEqual(['docker.io'])
    expect(registries.aliases).toEqual({ 'suse/sle15': 'registry.suse.com/suse/sle15', node: 'docker.io/library/node' })
    expect(registries.rules).toEqual([])
  })

  it('has rules, mirrors and a search list', () => {
    using box = sandbox()
    box.write(
      'etc/registries.conf',
      `unqualified-search-registries = ["docker.io", "quay.io"]
short-name-mode = "enforcing"
[[registry]]
prefix = "example.com/foo"
location = "https://internal.example.net/bar/"
insecure = true
[[registry.mirror]]
location = "mirror.example.net"
insecure = true
[[registry.mirror]]
location = "other.example.net/x"
pull-from-mirror = "tag-only"
[[registry]]
location = "localhost:5000"
insecure = true
[[registry]]
prefix = "*.bad.example"
blocked = true
[[registry]]
location = "digests.example"
mirror-by-digest-only = true
[[registry.mirror]]
location = "m"
`
    )
    const { registries } = box.load()
    expect(registries.search).toEqual(['docker.io', 'quay.io'])
    expect(registries.rules[0]).toEqual({
      prefix: 'example.com/foo',
      location: 'internal.example.net/bar',
      insecure: true,
      blocked: false,
      mirrors: [
        { location: 'mirror.example.net', insecure: true, pullFrom: 'all' },
        { location: 'other.example.net/x', insecure: false, pullFrom: 'tag-only' }
      ]
    })
    expect(registries.rules[3]!.mirrors).toEqual([{ location: 'm', insecure: false, pullFrom: 'digest-only' }])
    expect(findRegistryRule(registries, 'deep.sub.bad.example/x:1')?.blocked).toBe(true)
    expect(findRegistryRule(registries, 'bad.example/x')).toBeUndefined()
    expect(findRegistryRule(registries, 'notbad.example/x')).toBeUndefined()
  })

  it('can search nowhere', () => {
    using box = sandbox()
    box.write('etc/registries.conf', 'unqualified-search-registries = []\n')
    expect(box.load().registries.search).toEqual([])
  })

  it('lets drop-ins add, replace and take away', () => {
    using box = sandbox()
    box.write(
      'etc/registries.conf',
      'unqualified-search-registries = ["a"]\n[aliases]\nx = "a/x"\ny = "a/y"\n[[registry]]\nlocation = "r"\ninsecure = true\n'
    )
    box.write('etc/registries.conf.d/2.conf', '[aliases]\nx = "c/x"\n')
    box.write(
      'etc/registries.conf.d/1.conf',
      'unqualified-search-registries = ["b"]\n[aliases]\nx = "b/x"\ny = ""\n[[registry]]\nlocation = "r"\n'
    )
    const { registries } = box.load()
    expect(registries.search).toEqual(['b'])
    expect(registries.aliases).toEqual({ x: 'c/x' })
    expect(registries.rules).toHaveLength(1)
    expect(registries.rules[0]!.insecure).toBe(false)
  })

  it("prefers the user's main file, or the one that is named", () => {
    using box = sandbox()
    box.write('etc/registries.conf', 'unqualified-search-registries = ["system"]\n')
    expect(box.load().registries.search).toEqual(['system'])
    box.write('home/.config/containers/registries.conf', 'unqualified-search-registries = ["user"]\n')
    expect(box.load({ uid: 1000 }).registries.search).toEqual(['user'])
    const named = box.write('named.conf', 'unqualified-search-registries = ["named"]\n')
    expect(box.load({ env: { CONTAINERS_REGISTRIES_CONF: named } }).registries.search).toEqual(['named'])
  })

  it('understands version 1', () => {
    using box = sandbox()
    box.write(
      'etc/registries.conf',
      '[registries.search]\nregistries = ["docker.io"]\n[registries.insecure]\nregistries = ["localhost:5000", "both"]\n[registries.block]\nregistries = ["both"]\n'
    )
    const { registries } = box.load()
    expect(registries.search).toEqual(['docker.io'])
    expect(registries.rules).toEqual([
      { prefix: 'localhost:5000', location: 'localhost:5000', insecure: true, blocked: false, mirrors: [] },
      { prefix: 'both', location: 'both', insecure: true, blocked: true, mirrors: [] }
    ])
  })

  it('keeps names that are words of JavaScript as data', () => {
    using box = sandbox()
    box.write('etc/registries.conf', '[aliases]\nconstructor = "docker.io/library/constructor"\n')
    const { aliases } = box.load().registries
    expect(Object.keys(aliases)).toEqual(['constructor'])
    expect(Object.hasOwn(aliases, 'toString')).toBe(false)
  })

  it.each([
    ['unqualified-search-registries = "docker.io"\n', 'unqualified-search-registries must be a list of strings'],
    ['registry = "x"\n', 'registry must be tables'],
    ['[[registry]]\ninsecure = true\n', 'needs a prefix or a location'],
    ['[[registry]]\nprefix = "x"\n', 'registry x needs a location'],
    ['[[registry]]\nlocation = 5\n', 'registry.location must be a string'],
    ['[[registry]]\nlocation = "x"\ninsecure = "yes"\n', 'registry.insecure must be true or false'],
    ['[[registry]]\nprefix = "a.*.b"\nlocation = "x"\n', 'wildcard'],
    ['[[registry]]\nlocation = "x"\n[[registry.mirror]]\ninsecure = true\n', 'registry.mirror needs a location'],
    [
      '[[registry]]\nlocation = "x"\n[[registry.mirror]]\nlocation = "m"\npull-from-mirror = "some"\n',
      'pull-from-mirror must be'
    ],
    ['[aliases]\nx = 1\n', 'aliases.x must be a string'],
    ['aliases = 1\n', 'aliases must be a table']
  ])('names file and key of what is wrong: %j', (content, message) => {
    using box = sandbox()
    const file = box.write('etc/registries.conf', content)
    expect(() => box.load().registries).toThrow(message)
    expect(() => box.load().registries).toThrow(file)
  })

  it('says how short names are taken and where credentials are', () => {
    using box = sandbox()
    expect(box.load().registries).toMatchObject({ shortNameMode: 'permissive', credentialHelpers: [] })
    box.write(
      'etc/registries.conf',
      'short-name-mode = "enforcing"\ncredential-helpers = ["containers-auth.json", "pass"]\n'
    )
    box.write('etc/registries.conf.d/1.conf', 'short-name-mode = "disabled"\n')
    expect(box.load().registries).toMatchObject({
      shortNameMode: 'disabled',
      credentialHelpers: ['containers-auth.json', 'pass']
    })
  })

  it('remembers what a person chose, which counts more than what files say', () => {
    using box = sandbox()
    box.write('etc/registries.conf', '[aliases]\napp = "a.example/app"\nother = "a.example/other"\n')
    const { aliasFile } = box.load().registries
    expect(aliasFile).toBe(`${box.folder}/cache/short-name-aliases.conf`)
    rememberAlias(aliasFile, 'app', 'b.example/team/app')
    rememberAlias(aliasFile, 'x/y', 'b.example/x/y')
    expect(box.load().registries.aliases).toEqual({
      app: 'b.example/team/app',
      other: 'a.example/other',
      'x/y': 'b.example/x/y'
    })
  })

  it.each([
    ['short-name-mode = "maybe"', 'short-name-mode must be enforcing, permissive or disabled'],
    ['credential-helpers = "pass"', 'credential-helpers must be a list of strings'],
    ['[aliases]\n"quay.io/a" = "docker.io/a"', 'must be for a name without registry, tag and digest'],
    ['[aliases]\n"a:1" = "docker.io/a"', 'must be for a name without registry, tag and digest'],
    ['[aliases]\n"a" = "docker.io/a:1"', 'must be a name with its registry, without tag and digest'],
    ['[aliases]\n"a" = "b"', 'must be a name with its registry, without tag and digest'],
    ['unqualified-search-registries = ["a"]\n[registries.search]\nregistries = ["b"]', 'cannot stand beside the lists'],
    ['[[registry]]\nlocation = "a"\npull-from-mirror = "all"', 'may have pull-from-mirror only in its mirrors'],
    [
      '[[registry]]\nlocation = "a"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m"\npull-from-mirror = "all"',
      'may not have pull-from-mirror beside mirror-by-digest-only'
    ]
  ])('refuses %s', (content, message) => {
    using box = sandbox()
    box.write('etc/registries.conf', content)
    expect(() => box.load().registries).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(message) })
    )
  })
})
