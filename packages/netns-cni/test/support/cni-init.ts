import { join } from 'node:path'
import type { CniNetworksInit } from '../../src/index.ts'

export const cniInit = (root: string): CniNetworksInit => ({
  root,
  directory: join(root, 'networks'),
  run: join(root, 'cni'),
  netns: join(root, 'netns'),
  userDirectories: []
})
