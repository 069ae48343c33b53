import { describe, expect, it } from 'vitest'
import type { ImageHistoryStep } from '@runcible/interface'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { id } from '../../support/values.ts'

const steps: readonly ImageHistoryStep[] = [
  {
    id: id('9'),
    tags: ['localhost/bb:1'],
    created: new Date(Date.now() - 90_000).toISOString(),
    createdBy: '/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "something longer than the column"]',
    comment: 'FROM x',
    size: 11_776
  },
  { id: undefined, tags: [], createdBy: '', comment: '', size: 0 }
]
const history = async (...args: readonly string[]): Promise<string> =>
  (await runCli(['history', ...args, 'localhost/bb:1'], { engine: fakeEngine({ history: steps }) })).stdout

describe('history', () => {
  it('prints the table that Podman prints', async () => {
    const [heading, first, second] = (await history()).split('\n')
    expect(heading).toBe(
      'ID            CREATED             CREATED BY                                     SIZE        COMMENT'
    )
    expect(first).toBe(
      '999999999999  About a minute ago  /bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "so...  11.8 kB     FROM x'
    )
    expect(second).toMatch(/^<missing> {5}292 years ago +0 B +$/)
  })

  it('prints ids, whole or not', async () => {
    expect(await history('-q')).toBe('999999999999\n<missing>\n')
    expect(await history('-q', '--no-trunc')).toBe(`${id('9')}\n<missing>\n`)
  })

  it('prints times in place of ages', async () => {
    expect(await history('--human=false', '--format', '{{.Created}}|{{.Size}}|{{.Tags}}')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\|11\.8 kB\|\[localhost\/bb:1\]\n0001-01-01T00:00:00Z\|0 B\|\[\]\n$/
    )
  })

  it('prints JSON on one line', async () => {
    const text = await history('--format', 'json')
    expect(text.trimEnd()).not.toContain('\n')
    expect(JSON.parse(text)).toEqual([
      {
        id: id('9'),
        created: steps[0]?.created,
        CreatedBy: steps[0]?.createdBy,
        size: 11_776,
        comment: 'FROM x',
        Created: expect.stringMatching(/:\d\dZ$/)
      },
      { id: '<missing>', created: '0001-01-01T00:00:00Z', size: 0, Created: '0001-01-01T00:00:00Z' }
    ])
  })

  it('refuses what makes no sense', async () => {
    expect((await runCli(['history', 'nope'])).code).toBe(125)
    expect((await runCli(['history', '-q', '--format', 'json', 'x'])).stderr).toContain('exclude each other')
  })
})
