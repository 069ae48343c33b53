'use strict'
/* oxlint-disable typescript/no-require-imports -- CommonJS, to be loaded before anything is */
// Loads the chunks of a bundle with the machine code of earlier runs. Part of every executable, in front of main.cjs.
//
// Unlike Node's own compile cache, which keeps a file as it was right after it was read, this keeps what was compiled by
// the end of a run: all functions that the run needed. There is one set for each verb that matters, so that none
// carries the functions of others. A cache is as safe as the code beside it. One that cannot be read or written, or that
// belongs to another Node or another file, only costs time.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs')
const { basename, dirname, join } = require('node:path')
const { Script } = require('node:vm')

/** @typedef {{ script: import('node:vm').Script, file: string }} Loaded */

/**
 * The first of the known verbs among the arguments; anything else is `other`.
 * @param {readonly string[]} verbs
 */
const profileOf = (verbs) => process.argv.slice(2).find((word) => verbs.includes(word)) ?? 'other'

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** @param {readonly Loaded[]} loaded */
function save(loaded) {
  try {
    for (const { script, file } of loaded) {
      const partial = `${file}.${process.pid}`
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(partial, script.createCachedData(), { mode: 0o600 })
      renameSync(partial, file)
    }
  } catch {
    // A folder that cannot be written: the next run compiles again.
  }
}

/**
 * From now on `.cjs` files are loaded through the cache below `directory`. When one was not in it, all are saved at the
 * end of a run that succeeds.
 *
 * @param {string} directory
 * @param {readonly string[]} verbs
 */
exports.useCodeCache = (directory, verbs) => {
  const folder = join(directory, `${process.version}-${process.arch}`, profileOf(verbs))
  /** @type {Loaded[]} */
  const loaded = []
  let isComplete = true
  process.once('exit', (code) => {
    if (code === 0 && !isComplete) save(loaded)
  })
  require.extensions['.cjs'] = (module, path) => {
    const { size, mtimeMs } = statSync(path)
    // V8 itself only compares lengths.
    const file = join(folder, `${basename(path)}-${size}-${Math.round(mtimeMs)}`)
    const cachedData = readIfThere(file)
    const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`
    const script = new Script(source, { filename: path, ...(cachedData === undefined ? {} : { cachedData }) })
    if (cachedData === undefined || script.cachedDataRejected) isComplete = false
    loaded.push({ script, file })
    /** @param {string} id */
    const requireFrom = (id) => module.require(id)
    const { cache, extensions, main, resolve } = require
    const wrapped = script.runInThisContext()
    wrapped.call(
      module.exports,
      module.exports,
      Object.assign(requireFrom, { cache, extensions, main, resolve }),
      module,
      path,
      dirname(path)
    )
  }
}
