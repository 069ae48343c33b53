// Run in a package after tsc: names of worker files in URLs get the extension that they have when built.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { builtUrls } from './built-urls.ts'

for (const path of globSync('dist/**/*.js')) {
  const source = readFileSync(path, 'utf8')
  const { code, targets } = builtUrls(source)
  const lost = targets.find((target) => !existsSync(join(dirname(path), target)))
  if (lost) throw new Error(`${path} names ${lost}, which was not built`)
  if (code !== source) writeFileSync(path, code)
}
