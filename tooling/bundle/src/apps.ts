import type { BundleInput } from './bundle.ts'

const engine = [
  'engine/src/index.ts',
  'storage/src/index.ts',
  'netns-cni/src/index.ts',
  'runc-driver/src/index.ts'
].map((file) => `../../packages/${file}`)

/** What the hottest commands load, and pieces that the others borrow from them. */
const containers = ['run', 'create', 'exec'].map((name) => `../../packages/cli/src/commands/container/${name}.ts`)

/** Every app, with what it loads together. */
export const apps: readonly Pick<Required<BundleInput>, 'name' | 'together'>[] = [
  { name: 'runcible', together: { containers, engine } },
  { name: 'runcibled', together: { engine } }
]
