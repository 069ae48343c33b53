import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A command ends before that much is garbage: collecting it would take several milliseconds of a command that lasts
 * a hundred. A shebang has room for this one flag.
 */
const flag = '--min-semi-space-size=16'

const quiet = '--disable-warning=ExperimentalWarning'

/** The same as that flag, for the warnings of `node:ffi` and `node:sqlite`. */
const silence = `const { emitWarning } = process
process.emitWarning = (warning, ...rest) => {
  if (rest[0] !== 'ExperimentalWarning') emitWarning.call(process, warning, ...rest)
}
`

/** What `engines` of every package says. */
const needed = [26, 10] as const

const versionCheck = `const [major, minor] = process.versions.node.split('.').map(Number)
if (major < ${needed[0]} || (major === ${needed[0]} && minor < ${needed[1]})) {
  console.error('Error: Node ${needed.join('.')} or newer is needed; ' + process.execPath + ' is ' + process.version)
  process.exit(125)
}
`

/** Longest first line of a script that every supported kernel reads whole. */
const shebangLimit = 200

/** In the executable itself: to find and compile one more file takes milliseconds. */
const codeCache = readFileSync(join(import.meta.dirname, 'code-cache.cjs'), 'utf8').replace(/^'use strict'\n/, '')

const start = (verbs: readonly string[]) =>
  `${silence}${codeCache}exports.useCodeCache(\`\${__dirname}/.cache\`, ${JSON.stringify(verbs)})\nrequire('./main.cjs')\n`

/**
 * Content of the executable that starts `dist/main.cjs` with exactly this Node. The kernel starts Node itself when the
 * path fits a shebang; otherwise a shell does. Each of `verbs` has compiled code of its own.
 */
export function localLauncher(node: string, dist: string, verbs: readonly string[]): string {
  const shebang = `#!${node} ${flag}`
  if (!/\s/.test(node) && Buffer.byteLength(shebang) <= shebangLimit) return `${shebang}\n'use strict'\n${start(verbs)}`
  return `#!/bin/sh\nexec ${quote(node)} ${flag} ${quiet} ${quote(join(dist, 'main.cjs'))} "$@"\n`
}

/** Content of the executable that is published: the Node on PATH starts it, if it is new enough. */
export function portableLauncher(verbs: readonly string[]): string {
  return `#!/usr/bin/env -S node ${flag}\n'use strict'\n${versionCheck}${start(verbs)}`
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`
