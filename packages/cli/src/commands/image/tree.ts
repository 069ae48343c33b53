import type { ImageTreeNode } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { humanSize } from '../../format/human.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE',
  description: 'Prints the layers of an image, the lowest first, with the images that end with each.',
  flags: [{ name: 'whatrequires', kind: 'bool', help: 'Instead, everything that stands on its topmost layer' }],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const whatRequires = flags.bool('whatrequires')
    const { images } = await engine()
    const { image, layers } = await images.tree(args[0]!, { signal: interruption.signal, whatRequires })
    const names = image.names.map(escapeControls)
    stdio.stdout.write(
      [
        `Image ID: ${image.id.slice(0, 12)}`,
        `Tags:     [${names.join(' ')}]`,
        `Size:     ${humanSize(image.size)}`,
        'Image Layers',
        ...branches(layers, ''),
        '',
        ''
      ].join('\n')
    )
  }
}

function branches(nodes: readonly ImageTreeNode[], indent: string): readonly string[] {
  return nodes.flatMap((node, at) => {
    const last = at === nodes.length - 1
    return [
      `${indent}${last ? '└── ' : '├── '}${nodeText(node)}`,
      ...branches(node.children, `${indent}${last ? '    ' : '│   '}`)
    ]
  })
}

function nodeText({ id, size, tags }: ImageTreeNode): string {
  const top = tags.length === 0 ? '' : ` Top Layer of: [${tags.map(escapeControls).join(' ')}]`
  return `ID: ${id.slice(0, 12)} Size: ${humanSize(size).padStart(7)}${top}`
}
