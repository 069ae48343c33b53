import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant, Setting } from '../benchmark.ts'
import type { PublishedImage } from '../images/publish.ts'
import { run } from '../measure/command.ts'
import { isInstalled } from '../subjects/find.ts'
import { measured } from './cold.ts'

/*
 * The same bytes through the programs of the system: read, copied, hashed packed and unpacked, inflated, written. No
 * network, no checks, no records. Two layers at a time, in any order.
 */

const inflate = () => `${isInstalled('igzip') ? 'igzip' : 'gzip'} -dc`

/** $1 is a packed layer, in a directory to fill. */
const pullLayer = () => `
name=$(basename "$1"); mkdir "$name.d"
tee >(sha256sum >"$name.packed") <"$1" >"$name"
${inflate()} "$name" | tee >(sha256sum >"$name.unpacked") | tar --extract --directory "$name.d"`

const saveLayer = () => `${inflate()} "$1" | tee >(sha256sum >"$(basename "$1").sum") >"$(basename "$1").tar"`

const loadLayer = `mkdir "$1.d"; tee >(sha256sum >"$1.sum") <"$1" | tar --extract --directory "$1.d"`

/** Runs a script once for each of the names, which come as \`find\` or \`printf\` write them. */
const forEach = (names: string, script: string): string =>
  `set -e -o pipefail; ${names} | xargs --null --max-args=1 --max-procs=2 bash -e -o pipefail -c '${script}' layer`

function limit(setting: Setting, script: string, args: readonly string[]): Contestant {
  let turn = 0
  return {
    name: 'limit',
    async sample() {
      const cwd = join(setting.directory, `limit${turn++}`)
      mkdirSync(cwd)
      const command = { file: 'bash', args: ['-c', `cd "$1"; shift; ${script}`, 'limit', cwd, ...args], env: {} }
      const { wall = NaN } = await measured((options) => run(command, options))
      return { wall }
    }
  }
}

const names = `printf '%s\\0' "$@"`

export const limitOfPull = ({ files }: PublishedImage, setting: Setting): Contestant =>
  limit(setting, forEach(names, pullLayer()), files)

export const limitOfSave = ({ files }: PublishedImage, setting: Setting): Contestant =>
  limit(setting, forEach(names, saveLayer()), files)

export const limitOfLoad = (archive: string, setting: Setting): Contestant =>
  limit(setting, `tar --extract --file "$1"; ${forEach('find . -size +100k -type f -print0', loadLayer)}`, [archive])
