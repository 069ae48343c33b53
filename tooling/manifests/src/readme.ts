/** The first TypeScript example of a README. */
export interface ReadmeExample {
  readonly code: string
  /** The line before the block says that it needs root. */
  readonly needsRoot: boolean
}

/** Finds the first `ts` block; undefined when there is none. */
export function firstExample(readme: string): ReadmeExample | undefined {
  const match = /^```ts\n([\s\S]*?)^```/m.exec(readme)
  if (!match?.[1]) return undefined
  const before = readme.slice(0, match.index).trimEnd().split('\n').at(-1) ?? ''
  return { code: match[1], needsRoot: /needs root/i.test(before) }
}
