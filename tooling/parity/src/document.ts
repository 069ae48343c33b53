import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare } from './compare.ts'
import { ourCommands } from './our-commands.ts'
import { readPeer } from './peer.ts'
import { underSkopeoNames } from './skopeo.ts'
import { skopeoTable, tables } from './tables.ts'

export const documentPath = join(import.meta.dirname, '../../../docs/parity.md')

const begin = '<!-- tables: written by `npm run parity` -->\n'
const end = '<!-- end of tables -->\n'

/** The page as it is, and as it should be: the text around the tables is written by hand. */
export async function currentPage(): Promise<{ readonly present: string; readonly wanted: string }> {
  const present = readFileSync(documentPath, 'utf8')
  const [from, to] = [present.indexOf(begin), present.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${documentPath} has no place for the tables: ${begin}`)
  const ours = await ourCommands()
  const skopeo = readPeer('skopeo')
  const beside = skopeoTable(compare(skopeo, underSkopeoNames(skopeo, ours)))
  const written = `${tables(compare(readPeer('podman'), ours), ours)}\n\n${beside}`
  return { present, wanted: `${present.slice(0, from)}${begin}\n${written}\n\n${present.slice(to)}` }
}
