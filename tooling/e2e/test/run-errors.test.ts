import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { isPodman, oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const containers = (): Promise<string> => box.ok('ps', '-a', '--format', '{{.Names}}')

describe('a run that fails', () => {
  test('127 for a command that is not in the image', async () => {
    const error = await box.fails(127, 'run', '--rm', '--name', 'no-command', box.image, 'no-such-command')
    expect(error).toMatch(/no-such-command/)
    expect(await containers()).not.toMatch(/no-command/)
  })

  test('126 for a command that is not executable', async () => {
    expect(await box.fails(126, 'run', '--rm', '--name', 'not-executable', box.image, '/etc/passwd')).toMatch(
      /permission denied/i
    )
    expect(await containers()).not.toMatch(/not-executable/)
  })

  test('126 for a directory', async () => {
    await box.fails(126, 'run', '--rm', box.image, '/etc')
  })

  test('125 for an unknown flag, with a pointer to the help', async () => {
    const error = await box.fails(125, 'run', '--no-such-flag', box.image, 'true')
    expect(error).toMatch(/unknown flag: --no-such-flag/)
    expect(error).toMatch(/See '.* run --help'/)
  })

  test('125 for an image that no registry has', async () => {
    const error = await box.fails(
      125,
      'run',
      '--rm',
      '--tls-verify=false',
      `${box.registry}/test/absent:latest`,
      'true'
    )
    expect(error).toMatch(/test\/absent/)
    expect(error).toMatch(/manifest unknown|not found|name unknown/i)
  })

  test('125 for an image that is not there with --pull never', async () => {
    expect(await box.fails(125, 'run', '--rm', '--pull', 'never', 'localhost/absent', 'true')).toMatch(
      /localhost\/absent/
    )
  })

  test('125 for a name that is malformed', async () => {
    await box.fails(125, 'run', '--rm', 'UPPER/Case:tag', 'true')
    await box.fails(125, 'run', '--name', 'not a name', box.image, 'true')
  })

  test('125 for a name in use, which says by whom', async () => {
    await box.ok('create', '--name', 'taken', box.image, 'true')
    const error = await box.fails(125, 'run', '--name', 'taken', box.image, 'true')
    expect(error).toMatch(/taken/)
    expect(error).toMatch(/in use/)
    expect(await box.ok('ps', '-aq', '--filter', 'name=^taken$')).toHaveLength(12)
  })

  test('--replace takes the place of the other', async () => {
    const first = await box.ok('create', '--name', 'replaced', box.image, 'true')
    const second = await box.ok('create', '--replace', '--name', 'replaced', box.image, 'true')
    expect(second).not.toBe(first)
    const third = await box.ok('inspect', '-f', '{{.Id}}', 'replaced')
    expect(second.endsWith(third)).toBe(true)
  })

  test('125 without an image', async () => {
    await box.fails(125, 'run')
  })

  test('a registry that is not there', async () => {
    const error = await box.fails(125, 'run', '--rm', '--tls-verify=false', '127.0.0.1:1/a/b', 'true')
    expect(error).toMatch(/connection refused|ECONNREFUSED/i)
  })
})

describe('something missing on the host', () => {
  test('a runtime that is not there', async () => {
    // Of several flags of the same name the last one counts.
    const error = await box.fails(
      125,
      '--runtime',
      '/nonexistent/runc',
      'run',
      '--rm',
      '--name',
      'no-runtime',
      box.image,
      'true'
    )
    expect(error).toMatch(/\/nonexistent\/runc/)
    if (!isPodman) expect(await containers()).not.toMatch(/no-runtime/)
  })

  oursOnly.for([
    ['conmon', 'RUNCIBLE_CONMON'],
    ['runc', 'RUNCIBLE_RUNTIME']
  ] as const)('%s that is not where the settings say', async ([program, variable]) => {
    const args = ['run', '--rm', '--name', `without-${program}`, box.image, 'true']
    const { exitCode, stderr } = await box.run(args, { env: { [variable]: `/nonexistent/${program}` } })
    expect(exitCode).toBe(125)
    expect(stderr).toMatch(new RegExp(`^Error: .*/nonexistent/${program}`, 'm'))
    expect(await containers()).not.toMatch(/without/)
  })

  oursOnly('a runtime that containers.conf names', async () => {
    const file = box.file('containers.conf')
    await writeFile(file, '[engine]\nruntime = "gone"\n[engine.runtimes]\ngone = ["/nonexistent/gone"]\n')
    const { exitCode, stderr } = await box.run(['run', '--rm', box.image, 'true'], { env: { CONTAINERS_CONF: file } })
    expect(exitCode).toBe(125)
    expect(stderr).toMatch(/^Error: .*gone/m)
  })
})
