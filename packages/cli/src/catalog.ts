import type { CatalogEntry } from './catalog/entry.ts'
import { artifactCommands } from './catalog/artifact.ts'
import { containerCommands } from './catalog/container.ts'
import { imageCommands } from './catalog/image.ts'
import { manifestCommands } from './catalog/manifest.ts'
import { networkCommands } from './catalog/network.ts'
import { registryCommands } from './catalog/registry.ts'
import { secretCommands } from './catalog/secret.ts'
import { systemCommands } from './catalog/system.ts'
import { volumeCommands } from './catalog/volume.ts'

/** First words that take a second one, with what they are about. */
export const nouns: Readonly<Record<string, string>> = {
  container: 'Work with containers',
  image: 'Work with images',
  'image trust': 'Say which images are trusted, by their signatures',
  manifest: 'Work with lists of images for several platforms',
  artifact: 'Work with artifacts: files at a registry, with a type',
  volume: 'Work with volumes',
  network: 'Work with networks',
  secret: 'Work with secrets',
  system: 'Ask about this engine and its host'
}

/** Every command. A module is loaded when its command is invoked, and no other. */
export const catalog: readonly CatalogEntry[] = [
  ...containerCommands,
  ...imageCommands,
  ...registryCommands,
  ...manifestCommands,
  ...artifactCommands,
  ...volumeCommands,
  ...networkCommands,
  ...secretCommands,
  ...systemCommands
]

/** The command that `words` begin with, and the spelling that was used. More words win over fewer. */
export function findCommand(
  words: readonly string[]
): { readonly entry: CatalogEntry; readonly name: string } | undefined {
  for (const name of [3, 2, 1].map((count) => words.slice(0, count).join(' '))) {
    const entry = catalog.find((candidate) => candidate.names.includes(name))
    if (entry !== undefined) return { entry, name }
  }
  return undefined
}
