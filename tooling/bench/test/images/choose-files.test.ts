import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { chooseFiles } from '../../src/images/choose-files.ts'

it('shares out files of about the sizes asked for', () => {
  const wanted = [2e6, 1e6]
  const sizes = chooseFiles(wanted).map((names) =>
    names.reduce((total, name) => total + lstatSync(join('/', name)).size, 0)
  )
  for (const [at, size] of sizes.entries()) {
    expect(size).toBeGreaterThanOrEqual(wanted[at] ?? 0)
    expect(size).toBeLessThan((wanted[at] ?? 0) * 1.2)
  }
})
