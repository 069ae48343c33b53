import { describe, expect, it } from 'vitest'
import type { ImageStoreSubject } from './image-store.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

/** Images made of others, and looking at what is in them. */
export function describeCommits(given: () => ImageStoreSubject): void {
  describe('commit and view', () => {
    it('adds one layer to an image, and leaves those below as they are', async () => {
      const { name: image, id } = await given().publish({ run: { Cmd: ['/bin/app'] } })
      const base = await given().images.pull(image)
      await using view = await given().images.view(image)
      expect(view.image).toMatchObject({ id, names: [image] })
      const request = {
        base: id,
        baseName: image,
        upper: view.mounts,
        run: { Cmd: ['x'] },
        containerId: 'c'.repeat(64)
      }
      const made = await given().images.commit({ ...request, name: 'made', author: 'me', changes: ['LABEL a=b'] })
      expect(made.diffIds.slice(0, -1)).toEqual(base.diffIds)
      expect(made.layers.slice(0, -1).map(({ digest }) => digest)).toEqual(base.layers.map(({ digest }) => digest))
      expect(made.imageConfig).toMatchObject({ author: 'me', config: { Cmd: ['x'], Labels: { a: 'b' } } })
      expect(made.imageConfig.history?.at(-1)).toMatchObject({ comment: `FROM ${image}` })
      expect(await given().images.resolve('made')).toEqual(made)
      const docker = await given().images.commit({ ...request, format: 'docker', message: 'hello' })
      expect(docker.imageConfig.comment).toBe('hello')
      await given().images.remove(image)
      expect((await given().images.resolve('made')).id).toBe(made.id)
    })

    it('refuses what it cannot do, and leaves nothing', async () => {
      const { name: image, id } = await given().publish()
      await given().images.pull(image)
      const before = await given().contentCount()
      const request = { base: id, baseName: image, upper: [], run: {}, containerId: 'c'.repeat(64) }
      await expect(given().images.commit({ ...request, message: 'x' })).rejects.toThrow(code('invalid-argument'))
      await expect(given().images.commit({ ...request, changes: ['FROM x'] })).rejects.toThrow(code('invalid-argument'))
      await expect(given().images.commit({ ...request, base: '0'.repeat(64) })).rejects.toThrow(code('not-found'))
      await expect(given().images.view(given().freshName())).rejects.toThrow(code('not-found'))
      expect(await given().images.list()).toHaveLength(1)
      expect(await given().contentCount()).toBe(before)
    })

    it('collects nothing while something is viewed', async () => {
      const { name: image } = await given().publish()
      await given().images.pull(image)
      const view = await given().images.view(image, { below: true })
      const before = await given().contentCount()
      await given().images.remove(image)
      if (before > 0) expect(await given().contentCount()).toBeGreaterThan(0)
      await view[Symbol.asyncDispose]()
      const { name: next } = await given().publish()
      await given().images.pull(next)
      await given().images.remove(next)
      expect(await given().contentCount()).toBe(0)
    })
  })
}
