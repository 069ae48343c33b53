import { describe, expect, test } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()

describe('version and info', () => {
  test('version', async () => {
    expect(await box.ok('--version')).toMatch(/^\w+ version \d+\.\d+\.\d+/)
    expect(await box.ok('version')).toMatch(/Version: +\d+\.\d+\.\d+/)
    expect(await box.ok('version', '--format', '{{.Client.Version}}')).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('info', async () => {
    const info = JSON.parse(await box.ok('info', '--format', 'json'))
    expect(info.host.ociRuntime.name).toMatch(/runc/)
    expect(info.store.graphRoot).toBe(`${box.directory}/root`)
    expect(await box.ok('info', '--format', '{{.Host.Arch}} {{.Host.OS}}')).toMatch(/^\w+ linux$/)
  })
})

describe('help', () => {
  test('of everything', async () => {
    const help = await box.ok('--help')
    for (const word of ['run', 'ps', 'images', 'exec', 'network', 'volume'])
      expect(help).toMatch(new RegExp(`^ +${word} `, 'm'))
  })

  test.for(['run', 'exec', 'ps', 'network create', 'container prune'])('of %s', async (command) => {
    const result = await box.run([...command.split(' '), '--help'])
    expect(result.exitCode).toBe(0)
    expect(result.stdout).toMatch(/Usage:/)
    expect(result.stdout).toMatch(/--\w+/)
  })

  oursOnly('never opens an engine', async () => {
    const { exitCode } = await box.run(['run', '--help'], { env: { PATH: '/nonexistent' } })
    expect(exitCode).toBe(0)
  })
})

describe('wrong use', () => {
  test('an unknown command', async () => {
    expect(await box.fails(125, 'frobnicate')).toMatch(/frobnicate/)
    await box.fails(125, 'network', 'frobnicate')
  })

  test.for([
    ['ps', '--bogus'],
    ['exec', '--bogus', 'x', 'true'],
    ['--bogus', 'ps'],
    ['rm', '-Z', 'x']
  ])('an unknown flag: %s', async (args) => {
    expect(await box.fails(125, ...args)).toMatch(/unknown (shorthand )?flag/)
  })

  test.for([['rm'], ['exec', 'x'], ['tag', 'x'], ['cp', 'x'], ['inspect']])('missing arguments: %s', async (args) => {
    await box.fails(125, ...args)
  })

  test.for(['start', 'stop', 'kill', 'restart', 'wait', 'logs', 'pause', 'port', 'attach'])(
    '%s of what is not there',
    async (verb) => {
      expect(await box.fails(125, verb, 'absent')).toMatch(/no (such )?container|absent/)
    }
  )

  oursOnly('not root', async () => {
    const { file, args, env } = box.invocation(['ps'])
    const { execa } = await import('execa')
    const result = await execa('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', file, ...args], {
      env,
      extendEnv: false,
      reject: false
    })
    expect(result.exitCode).toBe(125)
    expect(result.stderr).toMatch(/^Error: .*(root|permission)/m)
  })
})

describe('doctor', () => {
  oursOnly('tells what this host can do', async () => {
    const { stdout } = await box.run(['doctor'])
    expect(stdout).toMatch(/✔.*runc|✔.*conmon/)
    expect(stdout).toMatch(/overlay/i)
  })

  oursOnly('tells what is missing and how to mend it', async () => {
    const { stdout, exitCode } = await box.run(['--runtime', '/nonexistent/runc', 'doctor'])
    expect(stdout).toMatch(/✘/)
    expect(exitCode).not.toBe(0)
  })
})

describe('--timings', () => {
  oursOnly('tells how long the steps of a run took', async () => {
    const { stderr, exitCode } = await box.run(['run', '--rm', '--timings', box.image, 'true'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/\d ms/)
  })
})
