import type { SystemInfo } from '@runcible/interface'
import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'
import { container, id, volume } from '../support/values.ts'

const question = 'Are you sure you want to continue? [y/N] '
const made = () =>
  fakeEngine({ volumes: [volume()], containers: [container({ id: id('b'), name: 'old', status: 'exited' })] })

describe('prune', () => {
  it.each([
    ['container prune', 'WARNING! This will remove all non running containers.\n', [`${id('b')}\n`]],
    ['network prune', 'WARNING! This will remove all networks not used by at least one container.\n', ['runcible\n']],
    [
      'volume prune',
      'WARNING! This will remove all volumes not used by at least one container. The following volumes will be removed:\nv1\n',
      ['v1\n']
    ],
    [
      'system prune',
      'WARNING! This command removes:\n\t- all stopped containers\n\t- all networks not used by at least one container\n\t- all dangling images\n\n',
      [
        `Deleted Containers\n${id('b')}\nDeleted Volumes\nv1\nDeleted Images\n${id('9')}\nDeleted Networks\nlab\n`,
        'Total reclaimed space: 1.998MB\n'
      ]
    ]
  ])('%s asks first', async (line, warning, removed) => {
    const engine = made()
    const argv = line.split(' ')
    expect(await runCli(argv, { engine, stdin: 'n\n' })).toMatchObject({ code: 0, stdout: `${warning}${question}` })
    expect(await runCli(argv, { engine, stdin: '' })).toMatchObject({ code: 0 })
    expect(engine.calls).toEqual([])
    expect((await runCli(argv, { engine, stdin: 'y\n' })).stdout).toBe(`${warning}${question}${removed.join('')}`)
    expect((await runCli([...argv, '--force'], { engine })).stdout).toBe(removed.join(''))
  })

  it('tells what else goes', async () => {
    const { stdout } = await runCli(['system', 'prune', '-a', '--volumes'], { engine: made(), stdin: 'n\n' })
    expect(stdout).toContain(
      '\t- all volumes not used by at least one container\n\t- all images without at least one container associated with them\n'
    )
  })

  it('has nothing to ask when there are no volumes', async () => {
    const { stdout, code } = await runCli(['volume', 'prune'], { engine: fakeEngine() })
    expect({ stdout, code }).toEqual({ stdout: 'No dangling volumes found\n', code: 0 })
  })

  it('passes on what is wanted', async () => {
    const engine = made()
    await runCli(['system', 'prune', '-af', '--volumes', '--filter', 'until=1h', '--filter', 'label!=a'], { engine })
    await runCli(['network', 'prune', '-f', '--filter', 'label=a=b'], { engine })
    await runCli(['volume', 'prune', '-f', '--filter', 'name=x'], { engine })
    expect(engine.calls).toEqual([
      'system prune {"all":true,"volumes":true,"filters":{"until":["1h"],"label!":["a"]}}',
      'network prune {"label":["a=b"]}',
      'volume prune {"name":["x"]}'
    ])
  })

  it.each(['--build', '--external'])('refuses %s', async (flag) => {
    expect(await runCli(['system', 'prune', '-f', flag], { engine: made() })).toMatchObject({ code: 125, stdout: '' })
  })
})

describe('system reset', () => {
  const facts = { store: { root: '/r/root', runRoot: '/r/run' } } as SystemInfo

  it('asks first, and names what stays', async () => {
    const engine = fakeEngine({ system: { info: async () => facts } })
    const no = await runCli(['system', 'reset'], { engine, stdin: 'n\n' })
    expect(no.stdout).toBe(
      [
        'WARNING! This will remove:',
        '        - all containers',
        '        - all images',
        '        - all networks',
        '        - all volumes',
        '        - the graphRoot directory: "/r/root"',
        '        - the runRoot directory: "/r/run"',
        question
      ].join('\n')
    )
    expect(engine.calls).toEqual([])
    const yes = await runCli(['system', 'reset'], { engine, stdin: 'y\n' })
    expect(yes).toMatchObject({ code: 0, stderr: "/r/mine is not the engine's and was left alone\n" })
    expect(engine.calls).toEqual(['reset'])
  })

  it('does not ask with --force', async () => {
    const engine = fakeEngine()
    expect(await runCli(['system', 'reset', '-f'], { engine })).toMatchObject({ code: 0, stdout: '' })
    expect(engine.calls).toEqual(['reset'])
  })
})
