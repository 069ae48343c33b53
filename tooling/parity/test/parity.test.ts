import { describe, expect, test } from 'vitest'
import {
  compare,
  counterpart,
  currentPage,
  ourCommands,
  parsePeer,
  readPeer,
  skopeoTable,
  tables,
  underSkopeoNames
} from '../src/index.ts'

const peer = parsePeer(
  'command\tflag\ttier\n\troot\tA\nrun\t\tA\nrun\trm\tA\nrun\tpod\tB\nrun\tgpus\tC\nbuild\t\tB\nbuild\ttag\tA\n'
)
const ours = [
  { names: [''], flags: ['root'] },
  { names: ['run', 'container run'], flags: ['timings', 'rm'] },
  { names: ['doctor'], flags: [] }
]

describe('comparison', () => {
  test('tells flags that both have from those of one side', () => {
    expect(compare(peer, ours)).toEqual([
      { name: '', tier: 'A', flags: { both: ['root'], missing: { A: [], B: [], C: [] }, ours: [] } },
      {
        name: 'run',
        tier: 'A',
        flags: { both: ['rm'], missing: { A: [], B: ['pod'], C: ['gpus'] }, ours: ['timings'] }
      },
      { name: 'build', tier: 'B' }
    ])
  })

  test('finds a command by any of its spellings', () => {
    const [found] = compare(parsePeer('command\tflag\ttier\ncontainer run\t\tA\ncontainer run\trm\tA\n'), ours)
    expect(found?.flags?.both).toEqual(['rm'])
  })

  test('becomes tables', () => {
    const text = tables(compare(peer, ours), ours)
    expect(text).toContain('| A | 1 of 1 | 0 |\n| B | 0 of 1 | 1 |\n| C | 0 of 0 | 1 |\n')
    expect(text).toContain('- **B**: `build`\n- **C**: none\n- Only here: `doctor`\n')
    expect(text).toContain('| `run` | 1 |  | `--pod` | `--gpus` | `--timings` |')
  })

  test('finds the commands of skopeo under their names here', () => {
    const skopeo = parsePeer('command\tflag\ttier\ncopy\t\tA\ncopy\tall\tA\ncopy\tsign-by\tB\nlayers\t\tC\n')
    const here = underSkopeoNames(skopeo, [{ names: ['image copy'], flags: ['all', 'more'] }])
    const text = skopeoTable(compare(skopeo, here))
    expect(text).toContain('| `copy` | `image copy` | 1 |  | `--sign-by` |  |')
    expect(text).toContain('Commands that are missing: `layers (C)`.')
  })

  test('refuses data of another form', () => {
    expect(() => parsePeer('command\tflag\ttier\nrun\trm\tX\n')).toThrow('not a command, flag and tier: run\trm\tX')
  })
})

test('every command of ours is known to Podman or skopeo, or only here on purpose', async () => {
  const ours = await ourCommands()
  const skopeo = new Set(underSkopeoNames(readPeer('skopeo'), ours).map(({ names }) => counterpart(names[0] ?? '')))
  const podman = new Set(readPeer('podman').map(({ name }) => name))
  const strangers = ours.filter(({ names }) => !names.some((name) => podman.has(name) || skopeo.has(name)))
  // `container diff` is a second spelling of Podman's, which its inventory leaves out.
  expect(strangers.map(({ names }) => names[0])).toEqual(['container diff', 'artifact referrers', 'doctor'])
})

test('docs/parity.md is current; if not, `npm run parity` writes it anew', async () => {
  const { present, wanted } = await currentPage()
  expect(present).toBe(wanted)
})
