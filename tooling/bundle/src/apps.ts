import type { BundleInput } from './bundle.ts'

const engine = [
  'engine/src/index.ts',
  'storage/src/index.ts',
  'netns-cni/src/index.ts',
  'runc-driver/src/index.ts'
].map((file) => `../../packages/${file}`)

/** What the hottest commands load, and pieces that the others borrow from them. */
const containers = ['run', 'create', 'exec'].map((name) => `../../packages/cli/src/commands/container/${name}.ts`)

/** What scripts and programs call again and again; `container` is how a monitor has an exit cleaned up. */
const verbs = [
  'run',
  'create',
  'start',
  'exec',
  'ps',
  'inspect',
  'logs',
  'stop',
  'rm',
  'wait',
  'cp',
  'pull',
  'container'
]

/** Every app, with what it loads together. */
export const apps: readonly Pick<Required<BundleInput>, 'name' | 'together' | 'verbs'>[] = [
  { name: 'runcible', together: { containers, engine }, verbs },
  { name: 'runcibled', together: { engine }, verbs: [] }
]
