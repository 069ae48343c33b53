import { expect, it } from 'vitest'
import { cpuTime } from '../../src/measure/cpu-time.ts'

it('counts a program and the children it waits for, whatever they print', async () => {
  const work = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo out; echo err >&2'
  const busy = await cpuTime({ file: 'sh', args: ['-c', `sh -c '${work}'; :`], env: {} })
  const idle = await cpuTime({ file: 'sh', args: ['-c', 'sleep 0.1'], env: {} })
  expect(busy).toBeGreaterThan(idle)
})

it('fails with the program', async () => {
  await expect(cpuTime({ file: 'false', args: [], env: {} })).rejects.toThrow('exit code 1')
})
