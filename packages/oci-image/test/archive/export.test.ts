import { randomBytes } from 'node:crypto'
import { tarArchive, testImageOf } from '@runcible/fixtures'
import { expect, test, vi } from 'vitest'
import { ociImageStore } from '../../src/index.ts'
import { sandbox } from '../sandbox.ts'

test('who gives an archive up lets go of the blobs', async () => {
  await using box = await sandbox()
  const content = randomBytes(4 * 1024 * 1024)
  const image = testImageOf({ tars: [tarArchive([{ name: 'large', content }])], compression: 'none' })
  const name = box.registry.put(image, 'app')
  await box.images.pull(name)
  const largest = image.layers[0]?.digest
  let isOpen = false
  const images = ociImageStore({})({
    ...box.components,
    content: {
      ...box.components.content,
      async *reader(digest, options) {
        isOpen ||= digest === largest
        try {
          for await (const chunk of box.components.content.reader(digest, options)) {
            for (let at = 0; at < chunk.length; at += 65_536) yield chunk.subarray(at, at + 65_536)
          }
          // Whoever reads on to the end is waiting for ever.
          if (digest === largest) await new Promise(() => undefined)
        } finally {
          if (digest === largest) isOpen = false
        }
      }
    }
  })
  for await (const _chunk of images.export(name, 'docker-archive')) if (isOpen) break
  await vi.waitFor(() => expect(isOpen).toBe(false))
})
