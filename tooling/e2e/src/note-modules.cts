// Preloaded into the program under test: at its end, notes which files and builtins were loaded after this one.
const { moduleLoadList: loaded } = process as unknown as { readonly moduleLoadList: readonly string[] }
const before = new Set(loaded)
const dist = `${process.env['NOTE_MODULES_OF']}/`

process.on('exit', () => {
  const { writeFileSync } = process.getBuiltinModule('node:fs')
  const files = Object.keys(require.cache).filter((file) => file.startsWith(dist))
  const builtins = loaded.filter((name) => !before.has(name) && /^NativeModule (?!internal\/)/.test(name))
  const note = {
    files: files.map((file) => file.slice(dist.length)),
    builtins: builtins.map((name) => name.slice('NativeModule '.length))
  }
  writeFileSync(`${process.env['NOTE_MODULES_IN']}/${process.pid}.json`, JSON.stringify(note))
})
