import { expect, test } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()

test('stats: figures of what runs, nothing of what does not', async () => {
  const id = await box.ok('run', '-d', '--name', 'busy', '-m', '64m', box.image, 'sh', '-c', 'while :; do :; done')
  await box.ok('create', '--name', 'idle', '--network', 'none', box.image, 'true')
  const table = await box.ok('stats', '--no-stream')
  expect(table.split('\n')[0]).toMatch(
    /^ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET IO +BLOCK IO +PIDS +CPU TIME +AVG CPU %$/
  )
  expect(table).toContain(id.slice(0, 12))
  expect(await box.ok('stats', '--no-stream', '--no-trunc', 'busy')).toContain(id)
  const [busy] = JSON.parse(await box.ok('stats', '--no-stream', '--format', 'json', 'busy'))
  expect(busy).toMatchObject({ id: id.slice(0, 12), name: 'busy', pids: '1' })
  expect(busy.mem_usage).toMatch(/^[\d.]+k?M?B \/ 67\.11MB$/)
  expect(Number.parseFloat(busy.cpu_percent)).toBeGreaterThan(1)
  expect(busy.net_io).toMatch(/^[\d.]+k?B \/ [\d.]+k?B$/)
  const idle = await box.ok(
    'stats',
    '--no-stream',
    '--format',
    '{{.CPUPerc}} {{.MemUsage}} {{.PIDS}} {{.UpTime}}',
    'idle'
  )
  expect(idle).toBe('0.00% 0B / 0B 0 0s')
  expect((await box.ok('stats', '--no-stream', '--all', '--format', '{{.Name}}')).split('\n').toSorted()).toEqual([
    'busy',
    'idle'
  ])
})

oursOnly('stats shows what runs, unless all are asked for', async () => {
  expect(await box.ok('stats', '--no-stream', '--format', '{{.Name}}')).toBe('busy')
})

test('stats goes on until it is interrupted', async () => {
  await using watching = box.start(['stats', '--interval', '1', '--format', '{{.Name}}', 'busy'])
  await watching.until(/busy[^]*busy/)
  watching.kill('SIGINT')
  await watching.ended
  await box.ok('rm', '--force', '--time', '0', 'busy', 'idle')
})

oursOnly('stats refuses what makes no sense', async () => {
  await box.fails(125, 'stats', '--no-stream', 'nope')
  await box.fails(125, 'stats', '--interval', '0')
  await box.fails(125, 'stats', '--all', 'x')
})
