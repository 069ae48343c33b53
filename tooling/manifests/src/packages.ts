import type { Layer } from './layers.ts'

/** One workspace package: what its manifest says beyond the common shape. */
export interface PackageEntry {
  /** Folder below the repository root. */
  readonly folder: string
  /** The row of the layer table it belongs to. */
  readonly layer: Layer
  readonly description: string
  /** Workspace packages needed at run time, without the scope. */
  readonly uses?: readonly string[]
  /** Workspace packages needed by tests only, without the scope. */
  readonly testUses?: readonly string[]
  /** Packages from the npm registry, with exact versions taken from `versions`. */
  readonly npm?: readonly (keyof typeof versions)[]
  /** Packages from the npm registry that only tests need. */
  readonly testNpm?: readonly (keyof typeof versions)[]
  /** Executables: command name → file. */
  readonly bin?: Readonly<Record<string, string>>
}

/** The one place where versions of outside packages are named. */
export const versions = {
  '@noble/ciphers': '2.4.0',
  '@sigstore/core': '4.0.1',
  execa: '10.2.1',
  'fast-check': '4.10.2',
  fastify: '5.12.8',
  rolldown: '1.3.2',
  'smol-toml': '1.9.1',
  'tar-stream': '3.2.2',
  undici: '8.12.4',
  vitest: '5.1.1',
  yaml: '2.9.1'
} as const

export const packages: readonly PackageEntry[] = [
  {
    folder: 'packages/oci-spec',
    layer: 'base',
    description:
      'Types and parsers of the OCI image, runtime and distribution specifications, and the runtime-spec builder',
    testNpm: ['fast-check']
  },
  {
    folder: 'packages/linux',
    layer: 'base',
    description: 'Every call to the Linux kernel that a container engine needs, behind one interface'
  },
  {
    folder: 'packages/interface',
    layer: 'contract',
    description: 'The contracts and shared values of the Runcible container engine',
    uses: ['oci-spec']
  },
  {
    folder: 'packages/config',
    layer: 'pure',
    description: 'containers.conf, registries.conf, paths, flags and RUNCIBLE_* variables merged into one frozen value',
    uses: ['interface', 'oci-spec'],
    npm: ['smol-toml', 'yaml'],
    testNpm: ['fast-check']
  },
  {
    folder: 'packages/api-schema',
    layer: 'pure',
    description: 'Docker and libpod JSON shapes, and their mapping to and from engine values',
    uses: ['interface', 'oci-spec'],
    testUses: ['fakes']
  },
  {
    folder: 'packages/oci-image',
    layer: 'driver',
    description: 'References, registry client and image store: images from and to registries and archives',
    uses: ['interface', 'oci-spec', 'linux'],
    npm: ['undici', 'tar-stream', '@sigstore/core', '@noble/ciphers'],
    testNpm: ['fast-check'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/storage',
    layer: 'driver',
    description: 'Content-addressed blobs, safe unpacking of layers, and snapshotters',
    uses: ['interface', 'oci-spec', 'linux'],
    testNpm: ['fast-check', 'tar-stream'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/volumes',
    layer: 'driver',
    description: 'Named and anonymous volumes with copy-up',
    uses: ['interface', 'oci-spec', 'linux'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/netns-cni',
    layer: 'driver',
    description: 'Container networks: network namespaces, CNI plugins, and a built-in bridge',
    uses: ['interface', 'oci-spec', 'linux'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/runc-driver',
    layer: 'driver',
    description: 'runc, or any OCI command-line runtime, behind conmon',
    uses: ['interface', 'oci-spec', 'linux'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/state-sqlite',
    layer: 'driver',
    description: 'State store, locks and event log in one SQLite database',
    uses: ['interface', 'oci-spec', 'linux'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/logs',
    layer: 'driver',
    description: 'Container logs: read, follow, tail and rotate',
    uses: ['interface', 'oci-spec', 'linux'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/lifecycle',
    layer: 'core',
    description: 'The local engine: the order of the steps of every operation',
    uses: ['interface', 'oci-spec'],
    testUses: ['suites', 'fakes', 'fixtures']
  },
  {
    folder: 'packages/cli',
    layer: 'front',
    description: 'The command line over an Engine',
    uses: ['interface', 'oci-spec', 'api-schema'],
    npm: ['tar-stream', 'yaml'],
    testUses: ['fakes', 'fixtures']
  },
  {
    folder: 'packages/api-server',
    layer: 'front',
    description: 'The HTTP API over an Engine',
    uses: ['interface', 'oci-spec', 'api-schema'],
    npm: ['fastify'],
    testUses: ['fakes']
  },
  {
    folder: 'packages/engine',
    layer: 'assembly',
    description: 'Assembles configuration and drivers into an Engine',
    uses: [
      'interface',
      'oci-spec',
      'linux',
      'config',
      'lifecycle',
      'oci-image',
      'storage',
      'volumes',
      'netns-cni',
      'runc-driver',
      'state-sqlite',
      'logs'
    ],
    testUses: ['suites', 'fixtures']
  },
  {
    folder: 'apps/runcible',
    layer: 'app',
    description: 'The runcible command',
    uses: ['cli', 'engine', 'config', 'interface', 'linux'],
    bin: { runcible: './dist/runcible' }
  },
  {
    folder: 'apps/runcibled',
    layer: 'app',
    description: 'The runcible API server',
    uses: ['api-server', 'engine', 'interface'],
    bin: { runcibled: './dist/runcibled' }
  },
  {
    folder: 'tooling/suites',
    layer: 'tooling',
    description: 'One suite per contract, which every implementation and every fake runs',
    uses: ['interface', 'oci-spec'],
    npm: ['vitest']
  },
  {
    folder: 'tooling/fakes',
    layer: 'tooling',
    description: 'In-memory version of every contract',
    uses: ['interface', 'oci-spec'],
    testUses: ['suites']
  },
  {
    folder: 'tooling/fixtures',
    layer: 'tooling',
    description: 'Random images, an in-process registry with faults, hostile archives, a tiny root filesystem',
    uses: ['interface', 'oci-spec'],
    npm: ['tar-stream']
  },
  {
    folder: 'tooling/integration',
    layer: 'tooling',
    description: 'Drivers together, as the engine puts them together, without the engine',
    testUses: ['interface', 'oci-spec', 'linux', 'oci-image', 'storage', 'state-sqlite', 'suites', 'fixtures']
  },
  {
    folder: 'tooling/e2e',
    layer: 'tooling',
    description: 'Per-test sandbox over the bundled executables',
    uses: ['linux', 'fixtures'],
    npm: ['execa', 'vitest']
  },
  {
    folder: 'tooling/bench',
    layer: 'tooling',
    description: 'Benchmarks against the peers',
    uses: ['engine', 'fixtures']
  },
  { folder: 'tooling/bundle', layer: 'tooling', description: 'Bundles the apps', npm: ['rolldown'] },
  { folder: 'tooling/manifests', layer: 'tooling', description: 'Keeps every manifest in one shape' },
  {
    folder: 'tooling/pack',
    layer: 'tooling',
    description: 'Proves that what is published installs, imports and type-checks',
    uses: ['manifests']
  },
  {
    folder: 'tooling/parity',
    layer: 'tooling',
    description: 'Compares commands and flags with those of Podman',
    uses: ['cli']
  },
  {
    folder: 'tooling/quickstart',
    layer: 'tooling',
    description: 'The main job on a fresh machine, told step by step',
    uses: ['bundle', 'fixtures'],
    npm: ['execa']
  },
  { folder: 'tooling/run-tests', layer: 'tooling', description: 'Runs the checks and every test, and counts them' }
]
