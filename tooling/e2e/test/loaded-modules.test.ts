import { describe, expect } from 'vitest'
import { loadedModules, loadedText, oursOnly, useSandbox } from '../src/index.ts'

/*
 * What the commands that must be quick load. Something new here costs every user time at every call. When it is worth
 * it, write the lists anew:
 *
 *   npm run bundle && npx vitest run --project e2e tooling/e2e/test/loaded-modules.test.ts --update
 */

const box = useSandbox()

const heavyBuiltins = ['crypto', 'http', 'http2', 'https', 'tls', 'url', 'worker_threads', 'zlib']
const heavyPackages = ['execa', 'fastify', 'tar-stream', 'undici', 'zod']

describe('modules loaded by', () => {
  oursOnly.for([
    { name: 'version', args: () => ['--version'], kilobytes: 40 },
    { name: 'help', args: () => ['run', '--help'], kilobytes: 190 },
    { name: 'ps', args: () => ['ps', '--all'], kilobytes: 800 },
    { name: 'run', args: () => ['run', '--rm', box.image, 'true'], kilobytes: 800 },
    {
      name: 'run-detached',
      args: () => ['run', '--detach', '--name', 'up', box.image, 'sleep', '600'],
      kilobytes: 800
    },
    { name: 'exec', args: () => ['exec', 'up', 'true'], kilobytes: 800 }
  ])('$name', async ({ name, args, kilobytes }) => {
    const loaded = await loadedModules(box.invocation(args()))
    expect(loaded.builtins.filter((builtin) => heavyBuiltins.includes(builtin))).toEqual([])
    expect(loaded.packages.filter((library) => heavyPackages.includes(library))).toEqual([])
    expect(loaded.size).toBeLessThan(kilobytes)
    await expect(loadedText(loaded)).toMatchFileSnapshot(`loaded-modules/${name}.txt`)
  })
})
