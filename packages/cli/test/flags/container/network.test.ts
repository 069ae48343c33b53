import { describe, expect, it } from 'vitest'
import { specOf } from '../../support/read-spec.ts'

describe('network flags', () => {
  it('say the mode', () => {
    expect(specOf()).toEqual({})
    expect(specOf('--network', 'host')).toEqual({ network: { mode: 'host' } })
    expect(specOf('--net=none')).toEqual({ network: { mode: 'none' } })
    expect(specOf('--network=container:web')).toEqual({ network: { mode: 'container', container: 'web' } })
    expect(specOf('--network=ns:/run/netns/x')).toEqual({ network: { mode: 'path', path: '/run/netns/x' } })
    expect(specOf('--network=bridge')).toEqual({ network: { mode: 'bridge', endpoints: [{ network: 'runcible' }] } })
  })

  it('say the endpoints', () => {
    expect(
      specOf(
        '--network',
        'a:ip=10.0.0.2,alias=x,alias=y,mac=92-D0-C6-0A-29-33',
        '--network',
        'b',
        '--network-alias',
        'z'
      )
    ).toEqual({
      network: {
        mode: 'bridge',
        endpoints: [
          { network: 'a', ipv4: '10.0.0.2', mac: '92:d0:c6:0a:29:33', aliases: ['x', 'y', 'z'] },
          { network: 'b', aliases: ['z'] }
        ]
      }
    })
    expect(specOf('--ip', '10.0.0.2', '--mac-address', '92:d0:c6:0a:29:33').network).toEqual({
      mode: 'bridge',
      endpoints: [{ network: 'runcible', ipv4: '10.0.0.2', mac: '92:d0:c6:0a:29:33' }]
    })
  })

  it('refuse what cannot be meant', () => {
    const cases: readonly (readonly [string[], string])[] = [
      [['--network', 'host', '--ip', '1.2.3.4'], '--ip can only be used with bridge networks'],
      [['--network', 'none', '--network', 'a'], 'stand alone'],
      [['--network', 'a', '--network', 'a'], 'named twice'],
      [['--network', 'a', '--network', 'b', '--ip', '1.2.3.4'], 'need one network'],
      [['--network', 'a:nope=1'], 'unknown option "nope"'],
      [['--network', 'a:ip'], 'needs a value'],
      [['--network', 'pasta'], 'not supported'],
      [['--network', 'container:'], 'needs the name or id'],
      [['--network', 'ns:x'], 'absolute path'],
      [['--ip', '1.2.3.400'], 'not an IPv4 address'],
      [['--mac-address', 'x'], 'not a MAC address'],
      [['--add-host', 'nope'], 'not name:address'],
      [['--no-hosts', '--add-host', 'a:1.2.3.4'], 'exclude each other']
    ]
    for (const [argv, message] of cases) expect(() => specOf(...argv), argv.join(' ')).toThrow(message)
  })

  it('publish and expose ports', () => {
    expect(
      specOf('-p', '8080:80', '-p', '127.0.0.1::53/udp,[::1]:90-92:190-192', '-P', '--expose', '7000-7001/udp')
    ).toEqual({
      ports: [
        { hostPort: 8080, containerPort: 80, protocol: 'tcp', range: 1 },
        { hostIp: '127.0.0.1', hostPort: 0, containerPort: 53, protocol: 'udp', range: 1 },
        { hostIp: '::1', hostPort: 90, containerPort: 190, protocol: 'tcp', range: 3 }
      ],
      publishAll: true,
      expose: ['7000-7001/udp']
    })
  })

  it('set names and resolvers', () => {
    expect(
      specOf(
        '-h',
        'box',
        '--add-host',
        'a:host-gateway',
        '--dns',
        '1.1.1.1,8.8.8.8',
        '--dns-search',
        'x',
        '--dns-opt',
        'ndots:1'
      )
    ).toEqual({
      hostname: 'box',
      extraHosts: ['a:host-gateway'],
      dns: ['1.1.1.1', '8.8.8.8'],
      dnsSearch: ['x'],
      dnsOptions: ['ndots:1']
    })
  })
})
