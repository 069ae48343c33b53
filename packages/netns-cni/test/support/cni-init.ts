import { join } from 'node:path'
import type { CniNetworksInit } from '../../src/index.ts'

export const cniInit = (root: string): CniNetworksInit => ({
  root,
  netns: join(root, 'netns'),
  userDirectories: []
})
