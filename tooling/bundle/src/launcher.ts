import { join } from 'node:path'

const flag = '--disable-warning=ExperimentalWarning'

/** Longest first line of a script that every supported kernel reads whole. */
const shebangLimit = 200

// The cache is as safe as the code beside it; a failure (read-only folder) is only told in the return value.
const body = "'use strict'\nrequire('node:module').enableCompileCache(`${__dirname}/.cache`)\nrequire('./main.cjs')\n"

/**
 * Content of the executable that starts `dist/main.cjs` with exactly this Node. The kernel starts Node itself when the
 * path fits a shebang; otherwise a shell does.
 */
export function localLauncher(node: string, dist: string): string {
  const shebang = `#!${node} ${flag}`
  if (!/\s/.test(node) && Buffer.byteLength(shebang) <= shebangLimit) return `${shebang}\n${body}`
  return `#!/bin/sh\nexec ${quote(node)} ${flag} ${quote(join(dist, 'main.cjs'))} "$@"\n`
}

/** Content of the executable that is published: the Node on PATH starts it. */
export function portableLauncher(): string {
  return `#!/usr/bin/env -S node ${flag}\n${body}`
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`
