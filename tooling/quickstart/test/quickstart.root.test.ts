import { join } from 'node:path'
import { execa } from 'execa'
import { expect, it } from 'vitest'

const program = join(import.meta.dirname, '../src/main.ts')

it('does the main job and leaves nothing', async () => {
  const { stdout } = await execa(process.execPath, [
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    program
  ])
  for (const promise of [
    'the container said hello and is gone',
    'the server answers by the name in its variable: quickstart',
    'a command ran inside',
    'its log is here',
    'the same bytes came back',
    'the volume kept the file',
    'nothing is left'
  ]) {
    expect(stdout).toContain(`✔ ${promise}`)
  }
})
