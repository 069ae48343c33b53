import { describe, expect, test } from 'vitest'
import { useSandbox } from '../src/index.ts'

const box = useSandbox()

describe('exit code of run', () => {
  test('0 when the command succeeds', async () => {
    expect(await box.run(['run', '--rm', box.image, 'true'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  })

  test.for([1, 3, 125, 255])('%i is the command’s own', async (code) => {
    const { exitCode, stderr } = await box.run(['run', '--rm', ...box.sh(`exit ${code}`)])
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: '' })
  })

  test('128 and the signal when a signal ends the command', async () => {
    const { exitCode } = await box.run(['run', '--rm', ...box.sh('sh -c "kill -9 \\$\\$"; exit $?')])
    expect(exitCode).toBe(137)
  })
})
