import { openImages } from './image-world.ts'

// Pulls an image in a process of its own: root, registry and name are arguments. Prints the id.
const [, , root = '', registry = '', name = ''] = process.argv
const world = openImages(root, { registries: { insecure: [registry] } })
const { id } = await world.images.pull(name)
world.state.close()
process.stdout.write(`${id}\n`)
