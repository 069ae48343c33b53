import { expect, it } from 'vitest'
import { run } from '../../src/measure/command.ts'

const sh = (script: string) => ({ file: 'sh', args: ['-c', script], env: { GREETING: 'hello' } })

it('gives what a program printed', async () => {
  expect((await run(sh('echo $GREETING'))).stdout).toBe('hello\n')
})

it('tells exit code and complaint of a program that fails', async () => {
  await expect(run(sh('echo broken >&2; exit 3'))).rejects.toThrow(/exit code 3: broken/)
})

it('does not wait for what keeps the streams open', async () => {
  const { stdout } = await run(sh('sleep 30 & echo $!'))
  process.kill(Number(stdout))
})

it('kills a program at its deadline', async () => {
  await expect(run(sh('exec sleep 30'), { deadline: 50 })).rejects.toThrow('SIGKILL')
})
