import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'
import { id, network, volume } from '../support/values.ts'

const make = (): ReturnType<typeof fakeEngine> =>
  fakeEngine({
    volumes: [volume(), volume({ name: 'data' })],
    networks: [network(), network({ name: 'lab', id: id('6') })]
  })

describe('volume and network', () => {
  it.each([
    [
      'volume create -l a=b -o type=tmpfs v2',
      'v2\n',
      ['volume create {"labels":{"a":"b"},"options":{"type":"tmpfs"},"name":"v2"}']
    ],
    ['volume create', `${id('0')}\n`, ['volume create {"labels":{},"options":{}}']],
    ['volume create --ignore v1', 'v1\n', []],
    ['volume ls', 'DRIVER      VOLUME NAME\nlocal       data\nlocal       v1\n', []],
    ['volume ls -q', 'data\nv1\n', []],
    ['volume rm -f v1 nope', 'v1\n', ['volume rm v1 force']],
    ['volume rm --all', 'v1\ndata\n', ['volume rm v1', 'volume rm data']],
    ['volume exists v1', '', []],
    ['volume inspect -f {{.Mountpoint}} v1', '/r/volumes/v1/_data\n', []],
    [
      'network create --subnet 10.9.0.0/24 --gateway 10.9.0.1 --internal --disable-dns -o mtu=1400 n1',
      'n1\n',
      [
        'network create {"name":"n1","internal":true,"ipv6":false,"disableDns":true,"labels":{},"options":{"mtu":"1400"},"subnets":[{"subnet":"10.9.0.0/24","gateway":"10.9.0.1"}]}'
      ]
    ],
    ['network create --ignore lab', 'lab\n', []],
    [
      'network ls',
      'NETWORK ID    NAME        DRIVER\n666666666666  lab         bridge\n777777777777  runcible    bridge\n',
      []
    ],
    ['network rm lab', 'lab\n', ['network rm lab']],
    ['network exists lab', '', []]
  ])('%s', async (line, stdout, calls) => {
    const engine = make()
    expect(await runCli(line.split(' '), { engine })).toMatchObject({ code: 0, stdout, stderr: '' })
    expect(engine.calls).toEqual(calls)
  })

  it.each([
    ['volume rm nope', 1, 'Error: no volume with name or id "nope" found\n'],
    ['volume exists nope', 1, ''],
    ['network rm nope', 1, 'Error: no network with name or id "nope" found\n'],
    ['network create', 125, 'Error: requires at least 1 argument, got 0\n'],
    ['network create --gateway 1.2.3.4 x', 125, 'Error: --gateway needs a --subnet\n'],
    ['volume create -l =x', 125, 'Error: invalid value for --label: "=x" is not key=value\n']
  ])('%s fails', async (line, code, stderr) => {
    expect(await runCli(line.split(' '), { engine: make() })).toMatchObject({ code, stderr })
  })
})
