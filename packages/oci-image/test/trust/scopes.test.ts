import { describe, expect, it } from 'vitest'
import type { PolicyRequirements, TrustPolicy } from '@runcible/interface'
import { normalizeReference } from '../../src/reference.ts'
import { findRule } from '../../src/trust/scopes.ts'
import type { TransportName } from '../../src/transport/image-source.ts'

const reject: PolicyRequirements = [{ type: 'reject' }]
const policy = (transport: string, ...scopes: readonly string[]): TrustPolicy => ({
  file: '/policy.json',
  default: [{ type: 'insecureAcceptAnything' }],
  transports: new Map([[transport, new Map(scopes.map((scope) => [scope, reject]))]])
})
const docker = (name: string) => ({
  transport: 'docker' as const,
  name: `docker://${name}`,
  reference: normalizeReference(name)
})
const place = (name: string) => ({ transport: name.split(':')[0] as TransportName, name, reference: undefined })

describe('the rule for an image', () => {
  it('is that of the most specific scope', () => {
    const scopes = ['', '*.io', '*.quay.io', 'a.quay.io', 'a.quay.io/ns', 'a.quay.io/ns/app', 'a.quay.io/ns/app:1']
    for (let length = scopes.length; length > 0; length--) {
      const rule = findRule(policy('docker', ...scopes.slice(0, length)), docker('a.quay.io/ns/app:1'))
      expect(rule.name).toBe(`transports.docker[${JSON.stringify(scopes[length - 1])}]`)
    }
    expect(findRule(policy('dir', ''), docker('a.quay.io/x'))).toMatchObject({ name: 'default' })
  })

  it.each([
    ['quay.io', 'quay.io:5000/x', false],
    ['quay.io:5000', 'quay.io:5000/x', true],
    ['*.io', 'quay.io:5000/x', true],
    ['*.quay.io', 'quay.io/x', false],
    ['quay.io/n', 'quay.io/ns/x', false],
    ['quay.io/ns', 'quay.io/ns/x', true],
    ['docker.io/library/alpine', 'alpine', true],
    ['quay.io/x:1', `quay.io/x@sha256:${'a'.repeat(64)}`, false],
    [`quay.io/x@sha256:${'a'.repeat(64)}`, `quay.io/x@sha256:${'a'.repeat(64)}`, true]
  ])('the scope %s is one of %s: %s', (scope, image, expected) => {
    expect(findRule(policy('docker', scope), docker(image)).name !== 'default').toBe(expected)
  })

  it.each([
    ['/srv', 'dir:/srv/images/a', true],
    ['/srv/images/a', 'dir:/srv/images/a', true],
    ['/srv/im', 'dir:/srv/images/a', false],
    ['/srv/a', 'oci:/srv/a:quay.io/x/y:1', true],
    ['/srv/a', 'oci:/srv/a:@2', true],
    ['/srv', 'oci-archive:/srv/x.tar', true],
    ['/srv', 'docker-archive:/srv/x.tar', false],
    ['', 'docker-archive:/srv/x.tar', true],
    ['', 'containers-storage:x', true]
  ])('the scope %s is one of %s: %s', (scope, image, expected) => {
    const { transport, ...rest } = place(image)
    expect(findRule(policy(transport, scope), { transport, ...rest }).name !== 'default').toBe(expected)
  })
})
