import { join } from 'node:path'
import { apps } from './apps.ts'
import { bundle } from './bundle.ts'

const root = join(import.meta.dirname, '../../..')

/** Bundles an app of this repository for its pinned Node. Returns the path of the executable. */
export async function bundleApp(name: string): Promise<string> {
  const app = apps.find((one) => one.name === name)
  if (app === undefined) throw new Error(`no app ${name}; apps: ${apps.map((one) => one.name).join(', ')}`)
  const folder = join(root, 'apps', name)
  await bundle({ ...app, folder, node: join(root, '.toolchain/bin/node') })
  return join(folder, 'dist', name)
}
