import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isEngineError } from '@runcible/interface'
import { afterAll, describe, expect, test } from 'vitest'
import { type Sandbox, sandbox } from '../sandbox.ts'
import { carriers, carry } from './support/carriers.ts'
import { type Flaw, flaws } from './support/flaws.ts'
import { nested } from './support/forged.ts'

const directory = mkdtempSync(join(tmpdir(), 'flaws-'))
afterAll(() => rmSync(directory, { recursive: true }))
let count = 0
const fresh = (): string => join(directory, `place-${count++}`)

async function expectNothing(box: Sandbox): Promise<void> {
  expect(await box.images.list()).toEqual([])
  expect((await box.snapshots()).map(({ key }) => key)).toEqual([])
  expect((await box.blobs()).map(({ digest }) => digest)).toEqual([])
  expect(readdirSync(directory).filter((name) => /^spool|partial/.test(name))).toEqual([])
}

async function refused(work: Promise<unknown>, flaw: Flaw): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!isEngineError(error)) throw new Error(`${flaw.name}: not refused by an EngineError`, { cause: error })
  expect(error.message).toMatch(flaw.says)
  expect(error.code).toBe(flaw.code)
  // One line that a terminal can show.
  // oxlint-disable-next-line no-control-regex
  expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
  expect(error.message.length).toBeLessThan(1000)
}

describe.each(carriers)('from %s:', (carrier) => {
  test.each(flaws.filter(({ notIn = [] }) => !notIn.includes(carrier)))('$name is not pulled', async (flaw) => {
    await using box = await sandbox({ tmp: directory })
    const at = carry(carrier, flaw.image(), fresh(), box.registry)
    await refused(box.images.pull(at), flaw)
    await expectNothing(box)
  })

  test.each(flaws.filter(({ notIn = [], copies }) => !notIn.includes(carrier) && copies !== true))(
    '$name is not copied',
    async (flaw) => {
      await using box = await sandbox({ tmp: directory })
      const at = carry(carrier, flaw.image(), fresh(), box.registry)
      for (const to of ['oci', 'oci-archive', 'dir'] as const) {
        const path = fresh()
        await refused(box.images.copy(at, `${to}:${path}`), flaw)
        // A directory may be begun, but it is no image.
        const sure = to === 'dir' ? 'manifest.json' : 'index.json'
        if (existsSync(path)) expect(readdirSync(path)).not.toContain(sure)
      }
      await expectNothing(box)
    }
  )

  if (carrier === 'docker') return
  test.each(flaws.filter(({ notIn = [] }) => !notIn.includes(carrier)))('$name is not loaded', async (flaw) => {
    await using box = await sandbox({ tmp: directory })
    const path = fresh()
    carry(carrier, flaw.image(), path, box.registry)
    await refused(box.images.load(path), flaw)
    await expectNothing(box)
  })
})

test.each(carriers)('indexes in indexes end at a depth when all is copied from %s', async (carrier) => {
  await using box = await sandbox({ tmp: directory })
  const to = (): string => `dir:${fresh()}`
  const nest = (depth: number) => carry(carrier, nested(depth), fresh(), box.registry)
  expect((await box.images.copy(nest(2), to(), { images: 'all' })).digest).toBe(nested(2).top.digest)
  for (const depth of [3, 60]) {
    await expect(box.images.copy(nest(depth), to(), { images: 'all' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('more than 2 deep')
    })
  }
})
