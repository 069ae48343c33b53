import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileLogs } from '@runcible/logs'
import { describeLogStore, type WrittenOutput } from '@runcible/suites'

const stampOf = (time: bigint): string => {
  const date = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19)
  return `${date}.${`${time % 1_000_000_000n}`.padStart(9, '0')}+00:00`
}

// Text is taken as bytes, so that a test can cut a character in two.
const entry = ({
  stream = 'stdout',
  text,
  partial = false,
  time = BigInt(Date.now()) * 1_000_000n
}: WrittenOutput): Buffer =>
  Buffer.concat([
    Buffer.from(`${stampOf(time)} ${stream} ${partial ? 'P' : 'F'} `),
    Buffer.from(text, 'latin1'),
    Buffer.from('\n')
  ])

describeLogStore('k8s-file', async () => {
  const root = await mkdtemp(join(tmpdir(), 'logs-'))
  return {
    logs: fileLogs({ root })({}),
    write: ({ path = '' }, ...output) => appendFile(path, Buffer.concat(output.map(entry))),
    rotate: async ({ path = '' }) => {
      await writeFile(`${path}.tmp`, '')
      await rename(`${path}.tmp`, path)
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true })
  }
})
