const url = /(new URL\(\s*(['"`]))(\.{1,2}\/[\w/.-]+)\.ts(\2\s*,\s*import\.meta\.url\s*\))/g

/** The code with `new URL('./a.ts', import.meta.url)` naming `./a.js`, and the files so named. */
export function builtUrls(source: string): { code: string; targets: string[] } {
  const targets: string[] = []
  const code = source.replace(url, (_match, before: string, _quote, path: string, after: string) => {
    targets.push(`${path}.js`)
    return `${before}${path}.js${after}`
  })
  return { code, targets }
}
