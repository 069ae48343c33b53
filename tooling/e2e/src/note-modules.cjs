// Preloaded into the program under test: at its end, notes which files and builtins were loaded after this one.
const { writeFileSync } = require('node:fs')
const { join, relative } = require('node:path')

const before = new Set(process.moduleLoadList)
const dist = process.env.NOTE_MODULES_OF
const folder = process.env.NOTE_MODULES_IN

process.on('exit', () => {
  const files = Object.keys(require.cache)
    .filter((file) => file !== __filename)
    .map((file) => relative(dist, file))
  const builtins = process.moduleLoadList
    .filter((name) => !before.has(name) && /^NativeModule (?!internal\/)/.test(name))
    .map((name) => name.slice('NativeModule '.length))
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify({ files, builtins }))
})
