/** A row of the layer table; also the turbo tag of every package in it. `tooling` stands outside. */
export type Layer = 'base' | 'contract' | 'pure' | 'driver' | 'core' | 'front' | 'assembly' | 'app' | 'tooling'

/** What a package of a row may name as a run-time dependency. A row never names itself. */
export const mayUse: Readonly<Record<Layer, readonly Layer[]>> = {
  base: [],
  contract: ['base'],
  pure: ['contract', 'base'],
  driver: ['contract', 'base'],
  core: ['contract', 'base'],
  front: ['pure', 'contract', 'base'],
  assembly: ['core', 'driver', 'pure', 'contract', 'base'],
  app: ['assembly', 'front', 'pure', 'contract', 'base'],
  tooling: ['assembly', 'core', 'front', 'driver', 'pure', 'contract', 'base', 'tooling']
}

/** Every row reached from a row, directly or through others: what `turbo boundaries` compares tags with. */
export function reachable(layer: Layer): Layer[] {
  const seen = new Set<Layer>()
  const visit = (from: Layer) => {
    for (const next of mayUse[from]) {
      if (seen.has(next)) continue
      seen.add(next)
      visit(next)
    }
  }
  visit(layer)
  return [...seen]
}

/** Installed at the root for the tests of every package. */
const testTools = ['vitest', 'fast-check']

/** The `boundaries` of the root turbo.json. Tests of every row use tooling, so its tag is allowed in all of them. */
export function boundaries() {
  const rows = (Object.keys(mayUse) as Layer[]).filter((layer) => layer !== 'tooling')
  const rule = (layer: Layer) => ({ dependencies: { allow: [...reachable(layer), 'tooling'] } })
  return { implicitDependencies: testTools, tags: Object.fromEntries(rows.map((layer) => [layer, rule(layer)])) }
}
