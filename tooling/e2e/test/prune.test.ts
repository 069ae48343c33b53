import { expect, test } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const lines = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await box.ok(...args)).split('\n').filter(Boolean)

test('volume prune leaves what a container was made with', async () => {
  for (const name of ['free', 'kept']) await box.ok('volume', 'create', '--label', `of=${name}`, name)
  await box.ok('create', '--name', 'user', '--network', 'none', '-v', 'used:/u', box.image, 'true')
  const asked = await box.run(['volume', 'prune'], { input: 'n\n' })
  expect(asked.exitCode).toBe(0)
  expect(asked.stdout).toMatch(
    /^WARNING! This will remove all volumes not used by at least one container\. The following volumes will be removed:\n(free\nkept|kept\nfree)\n/
  )
  expect(await box.ok('volume', 'prune', '--force', '--filter', 'label=of=free')).toBe('free')
  expect(await lines('volume', 'ls', '--quiet', '--filter', 'dangling=true')).toEqual(['kept'])
  expect(await box.ok('volume', 'prune', '--force')).toBe('kept')
  expect(await box.ok('volume', 'prune')).toMatch(/No dangling volumes found$/)
  expect(await lines('volume', 'ls', '--quiet', '--filter', 'scope=local')).toEqual(['used'])
  await box.ok('volume', 'rm', '--force', '--time', '0', 'used')
  expect(await lines('ps', '--all', '--quiet')).toEqual([])
})

test('network prune leaves what a container was made for, and the default network', async () => {
  for (const name of ['free', 'used']) await box.ok('network', 'create', name)
  await box.ok('create', '--name', 'user', '--network', 'used', box.image, 'true')
  const { stdout } = await box.run(['network', 'prune'], { input: 'n\n' })
  expect(stdout).toContain('WARNING! This will remove all networks not used by at least one container.\nAre you sure')
  expect(await box.ok('network', 'prune', '--force')).toBe('free')
  const left = await lines('network', 'ls', '--format', '{{.Name}}')
  expect(left).toHaveLength(2)
  expect(left).toContain('used')
  await box.ok('rm', 'user')
  expect(await box.ok('network', 'prune', '--force')).toBe('used')
})

test('container prune asks first, and takes filters', async () => {
  const id = await box.ok('create', '--name', 'old', '--label', 'a=b', '--network', 'none', box.image, 'true')
  const { stdout } = await box.run(['container', 'prune'], { input: 'n\n' })
  expect(stdout).toContain(
    'WARNING! This will remove all non running containers.\nAre you sure you want to continue? [y/N]'
  )
  expect(await box.ok('container', 'prune', '--force', '--filter', 'until=1h')).toBe('')
  expect(await box.ok('container', 'prune', '--force', '--filter', 'label!=a')).toBe('')
  expect(await box.ok('container', 'prune', '--force', '--filter', 'label=a=b')).toBe(id)
})

test('system prune removes what is not used, and what runs stays', async () => {
  const running = await box.ok(
    'run',
    '-d',
    '--name',
    'up',
    '--network',
    'none',
    '-v',
    'used:/u',
    box.image,
    'sleep',
    '99'
  )
  await box.ok('network', 'create', 'net')
  const old = await box.ok('create', '--name', 'old', '--network', 'net', '-v', 'free:/f', box.image, 'true')
  const { stdout } = await box.run(['system', 'prune'], { input: 'n\n' })
  expect(stdout).toMatch(
    /^WARNING! This command removes:\n\t- all stopped containers\n\t- all networks not used by at least one container\n\t- all dangling images\n/
  )
  const removed = await lines('system', 'prune', '--force', '--volumes')
  const titled = (title: string): string | undefined => removed[removed.indexOf(`Deleted ${title}`) + 1]
  expect(titled('Containers')).toBe(old)
  expect(titled('Networks')).toBe('net')
  expect(titled('Volumes')).toBe('free')
  expect(removed.at(-1)).toMatch(/^Total reclaimed space: [\d.]+k?B$/)
  expect(await lines('ps', '--all', '--quiet', '--no-trunc')).toEqual([running])
  expect(await lines('volume', 'ls', '--quiet')).toEqual(['used'])
  await box.ok('rm', '--force', '--time', '0', 'up')
})

oursOnly('what cannot be done is refused', async () => {
  await box.fails(125, 'system', 'prune', '--force', '--build')
  await box.fails(125, 'system', 'prune', '--force', '--external')
  await box.fails(125, 'system', 'prune', '--force', '--filter', 'name=x')
  await box.fails(125, 'volume', 'prune', '--force', '--filter', 'colour=red')
  await box.fails(125, 'network', 'prune', '--force', '--filter', 'until=someday')
})
