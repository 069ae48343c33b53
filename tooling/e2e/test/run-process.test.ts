import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configured, oursOnly, repositories, startFailure, useSandbox } from '../src/index.ts'

const box = useSandbox()
const run = (...args: readonly string[]): Promise<string> => box.ok('run', '--rm', '--network', 'none', ...args)

describe('the process of run', () => {
  test('-e sets variables, and passes those of the caller by name', async () => {
    const args = ['run', '--rm', '-e', 'A=1', '--env', 'B=x=y', '-e', 'HOME_TOWN', ...box.sh('echo "$A $B $HOME_TOWN"')]
    expect(await box.run(args, { env: { HOME_TOWN: 'Bern' } })).toMatchObject({ stdout: '1 x=y Bern\n', exitCode: 0 })
  })

  test('variables that every container has', async () => {
    const names = (await run(box.image, 'env')).split('\n').map((line) => line.split('=')[0])
    expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'HOSTNAME', 'container']))
  })

  test('-w is the directory', async () => {
    expect(await run('-w', '/var/www', box.image, 'pwd')).toBe('/var/www')
  })

  oursOnly('-w makes the directory when it is not there', async () => {
    expect(await run('--workdir', '/new/one', box.image, 'pwd')).toBe('/new/one')
  })

  test.for([
    ['nobody', '65534:65534'],
    ['1234', '1234:0'],
    ['1234:5678', '1234:5678'],
    ['nobody:root', '65534:0']
  ] as const)('-u %s', async ([user, ids]) => {
    expect(await run('-u', user, ...box.sh('echo $(id -u):$(id -g)'))).toBe(ids)
  })

  test('an unknown user is an error', async () => {
    expect(await box.fails(startFailure, 'run', '--rm', '-u', 'stranger', box.image, 'true')).toMatch(/stranger/)
  })

  test('--entrypoint replaces that of the image', async () => {
    expect(await run('--entrypoint', 'echo', box.image, 'a', 'b')).toBe('a b')
    expect(await run('--entrypoint', '["printf", "%s-%s"]', box.image, 'a', 'b')).toBe('a-b')
  })

  test('--hostname is the name of the container, by default the short id', async () => {
    expect(await run('--hostname', 'alpha', ...box.sh('hostname; cat /etc/hostname'))).toBe('alpha\nalpha')
    const name = 'default-hostname'
    const seen = await box.ok('run', '--name', name, '--network', 'none', box.image, 'hostname')
    expect(await box.ok('inspect', '-f', '{{.Id}}', name)).toMatch(new RegExp(`^${seen}[0-9a-f]{52}$`))
  })

  test('flags after the image belong to the command', async () => {
    expect(await run(box.image, 'echo', '--rm', '-e', 'X')).toBe('--rm -e X')
  })

  test('the first process is number 1 and sees only its own', async () => {
    expect(await run(...box.sh('echo $$; ls /proc | grep -c "^[0-9]"'))).toMatch(/^1\n[1-4]$/)
  })
})

describe('--init', () => {
  oursOnly('puts an init in front, or says what to install', async () => {
    const { stdout, stderr, exitCode } = await box.run(['run', '--rm', '--init', ...box.sh('cat /proc/1/comm; exit 4')])
    if (exitCode === 125) expect(stderr).toMatch(/^Error: .*(init|catatonit|tini)/m)
    else expect([exitCode, stdout.trim() === 'sh']).toEqual([4, false])
  })
})

describe('what an image configures', () => {
  test('entrypoint, command, variables, directory and user', async () => {
    const image = await box.pull(repositories.configured)
    expect(await run(image)).toBe('entrypoint command')
    expect(await run(image, 'other')).toBe('entrypoint other')
    const sh = await run('--entrypoint', '/bin/sh', image, '-c', 'echo $COLOUR $PWD $(id -un)')
    expect(sh).toBe('blue /var/www nobody')
  })

  test('is seen in inspect', async () => {
    const image = await box.pull(repositories.configured)
    const name = 'of-configured'
    await box.ok('create', '--name', name, image)
    const [details] = JSON.parse(await box.ok('inspect', name))
    expect(details.Config).toMatchObject({ WorkingDir: '/var/www', User: 'nobody', Labels: configured.Labels })
    expect(details.Config.Env).toEqual(expect.arrayContaining(['COLOUR=blue']))
    expect(details.Mounts).toMatchObject([{ Type: 'volume', Destination: '/data' }])
  })
})

test.runIf(existsSync('/usr/share/zoneinfo/Asia/Tokyo'))('--tz', async () => {
  const args = ['run', '--rm', '--network', 'none', '--tz', 'Asia/Tokyo', ...box.sh('date +%z')]
  expect(await box.ok(...args)).toBe('+0900')
  await box.fails(125, 'run', '--rm', '--tz', 'Nowhere/Nothing', box.image, 'true')
})
