import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'
import { container, containerConfig, id, network, volume } from '../support/values.ts'

const attachment = {
  netns: '/run/netns/x',
  endpoints: [
    {
      network: 'runcible',
      networkId: id('7'),
      interface: 'eth0',
      mac: '92:d0:c6:0a:29:33',
      addresses: ['10.89.0.2/24'],
      gateways: ['10.89.0.1'],
      aliases: ['c1']
    }
  ],
  ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', range: 1 } as const],
  nameservers: [],
  searchDomains: []
}
const engine = fakeEngine({
  containers: [
    container({
      attachment,
      config: containerConfig({
        labels: { 'a.b': 'c' },
        mounts: [{ type: 'volume', source: 'v1', target: '/data', options: ['ro', 'nosuid'] }]
      })
    })
  ],
  volumes: [volume()],
  networks: [network()]
})
const inspect = (...argv: readonly string[]): ReturnType<typeof runCli> => runCli(['inspect', ...argv], { engine })

describe('inspect', () => {
  it('prints Podman’s document of a container', async () => {
    const { stdout } = await inspect('c1')
    expect(stdout.startsWith('[\n     {\n          "Id": ')).toBe(true)
    expect(JSON.parse(stdout)).toMatchObject([
      {
        Id: id('a'),
        Created: '2024-01-31T10:20:30.400Z',
        Path: 'sleep',
        Args: ['100'],
        Name: 'c1',
        ImageName: 'localhost/bb:1',
        State: { Status: 'running', Running: true, Pid: 4711, ExitCode: 0, FinishedAt: '0001-01-01T00:00:00Z' },
        Mounts: [
          {
            Type: 'volume',
            Name: 'v1',
            Source: '/r/volumes/v1/_data',
            Destination: '/data',
            RW: false,
            Options: ['nosuid']
          }
        ],
        NetworkSettings: {
          IPAddress: '10.89.0.2',
          IPPrefixLen: 24,
          Gateway: '10.89.0.1',
          MacAddress: '92:d0:c6:0a:29:33',
          Ports: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
          Networks: { runcible: { IPAddress: '10.89.0.2', NetworkID: id('7'), Aliases: ['c1'] } }
        },
        Config: { Hostname: 'box', Labels: { 'a.b': 'c' }, Cmd: ['sleep', '100'], Umask: '0022' },
        HostConfig: { NetworkMode: 'bridge', RestartPolicy: { Name: 'no' }, ShmSize: 65_536_000 }
      }
    ])
  })

  it('takes templates', async () => {
    expect(
      (
        await inspect(
          '-f',
          '{{.State.Status}} {{.NetworkSettings.IPAddress}} {{index .Config.Labels "a.b"}} {{range $p, $c := .NetworkSettings.Ports}}{{$p}}->{{(index $c 0).HostPort}}{{end}}',
          'c1'
        )
      ).stdout
    ).toBe('running 10.89.0.2 c 80/tcp->8080\n')
    expect((await inspect('--format', '{{json .Config.Cmd}}', 'c1')).stdout).toBe('["sleep","100"]\n')
  })

  it('looks among containers, images, networks and volumes', async () => {
    expect(JSON.parse((await inspect('bb:1')).stdout)).toMatchObject([
      { RepoTags: ['localhost/bb:1'], Os: 'linux', Config: { Cmd: ['sh'] } }
    ])
    expect(JSON.parse((await inspect('runcible')).stdout)).toMatchObject([
      { name: 'runcible', subnets: [{ subnet: '10.89.0.0/24' }], dns_enabled: true }
    ])
    expect(JSON.parse((await inspect('v1')).stdout)).toMatchObject([
      { Name: 'v1', Mountpoint: '/r/volumes/v1/_data', Scope: 'local' }
    ])
    expect(
      (
        await inspect(
          '-f',
          '{{range .Subnets}}{{.Gateway}}{{end}} {{.NetworkInterface}} {{.DNSEnabled}}',
          '--type',
          'network',
          'runcible'
        )
      ).stdout
    ).toBe('10.89.0.1 runcible0 true\n')
  })

  it('prints what was found, and fails for the rest', async () => {
    const run = await inspect('nope', 'v1')
    expect(run).toMatchObject({ code: 125, stderr: 'Error: no such object: "nope"\n' })
    expect(JSON.parse(run.stdout)).toHaveLength(1)
    expect(await inspect('--type', 'container', 'v1')).toMatchObject({
      code: 125,
      stdout: '[]\n',
      stderr: 'Error: no container with name or id "v1" found\n'
    })
    expect((await inspect('--type', 'x', 'v1')).stderr).toContain('invalid value for --type')
    expect((await inspect()).stderr).toContain('name what to inspect')
  })
})
