import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImageStore, SaveRequest } from '@runcible/interface'
import type { Digest, ImageRunConfig } from '@runcible/oci-spec'
import { describeCommits } from './image-store-commit.ts'

/** An image that a registry offers. */
export interface PublishedImage {
  /** Normalised: `registry/repository:tag`. */
  readonly name: string
  /** 64 hex characters. */
  readonly id: string
  /** Of the manifest. */
  readonly digest: Digest
}

export interface ImageStoreSubject extends AsyncDisposable {
  readonly images: ImageStore
  /** A second handle on the same store, as another process has it. */
  readonly other: ImageStore
  /** Makes a new image available in the registry, under a name of its own or the given one. */
  publish(request?: { readonly name?: string; readonly run?: ImageRunConfig }): Promise<PublishedImage>
  /** A name in the registry that nothing has yet. */
  freshName(): string
  /** Digest of the manifest that the registry has under a name. */
  registryDigest(name: string): Promise<Digest | undefined>
  /** A root file system archive, another one each time. */
  rootfs(): AsyncIterable<Uint8Array>
  /** How many blobs and unpacked layers there are; 0 for a store that keeps none. */
  contentCount(): Promise<number>
}

const code = (expected: string) => expect.objectContaining({ code: expected })

/** What every `ImageStore` must do. */
export function describeImageStore(name: string, setup: () => Promise<ImageStoreSubject>): void {
  describe(`ImageStore: ${name}`, () => {
    let subject: ImageStoreSubject
    let images: ImageStore
    beforeEach(async () => {
      subject = await setup()
      images = subject.images
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    describe('pull and resolve', () => {
      it('gives an image with its config, and finds it again', async () => {
        const run = { Cmd: ['/bin/app'], Env: ['A=b'], Labels: { color: 'red' } }
        const published = await subject.publish({ run })
        const pulled = await images.pull(published.name)
        expect(pulled).toMatchObject({
          id: published.id,
          name: published.name,
          names: [published.name],
          labels: { color: 'red' }
        })
        expect(pulled.manifest.digest).toBe(published.digest)
        expect(pulled.imageConfig.config).toMatchObject(run)
        expect(await subject.other.resolve(published.name)).toEqual(pulled)
        expect(await images.list()).toHaveLength(1)
      })

      it('has nothing to mend after a pull and a removal', async () => {
        const { name } = await subject.publish()
        await images.pull(name)
        expect(await images.check()).toEqual([])
        await images.remove(name)
        expect(await images.check({ repair: true, keepFor: 0 })).toEqual([])
      })

      it('pulls the same again without making it twice', async () => {
        const { name: image, id } = await subject.publish()
        await images.pull(image)
        await images.pull(image)
        expect((await images.list()).map((each) => each.id)).toEqual([id])
      })

      it('follows a name that the registry moved', async () => {
        const first = await subject.publish()
        await images.pull(first.name)
        const second = await subject.publish({ name: first.name })
        expect(await images.pull(first.name)).toMatchObject({ id: second.id })
        expect(await images.get(first.id)).toMatchObject({ names: [] })
        expect(await images.get(first.name)).toMatchObject({ id: second.id })
      })

      it('finds by id, prefix and digest', async () => {
        const { name: image, id, digest } = await subject.publish()
        await images.pull(image)
        const repository = image.slice(0, image.lastIndexOf(':'))
        for (const spelling of [id, id.slice(0, 12), `sha256:${id}`, `${repository}@${digest}`]) {
          expect((await images.resolve(spelling)).id, spelling).toBe(id)
        }
      })

      it('refuses what is not there and what is no name', async () => {
        await expect(images.resolve(subject.freshName())).rejects.toThrow(code('not-found'))
        await expect(images.pull(subject.freshName())).rejects.toThrow(code('not-found'))
        await expect(images.pull('Not A Name')).rejects.toThrow(code('invalid-argument'))
        expect(await images.get(subject.freshName())).toBeUndefined()
        expect(await images.list()).toEqual([])
      })

      it('ends a pull whose signal has fired', async () => {
        const { name: image } = await subject.publish()
        await expect(images.pull(image, {}, { signal: AbortSignal.abort() })).rejects.toThrow(code('aborted'))
        expect(await images.list()).toEqual([])
      })

      it('two pulls at once give one image', async () => {
        const { name: image, id } = await subject.publish()
        const pulled = await Promise.all([images.pull(image), subject.other.pull(image), images.pull(image)])
        expect(pulled.map((each) => each.id)).toEqual([id, id, id])
        expect(await images.list()).toHaveLength(1)
      })
    })

    describe('names', () => {
      it('adds names, short ones under localhost', async () => {
        const { name: image, id } = await subject.publish()
        await images.pull(image)
        await images.tag(image, 'mine:1')
        await images.tag(id.slice(0, 10), 'quay.io/team/mine')
        expect((await images.get(id))?.names.toSorted()).toEqual(
          [image, 'localhost/mine:1', 'quay.io/team/mine:latest'].toSorted()
        )
        expect((await images.resolve('mine:1')).id).toBe(id)
        await expect(images.tag(subject.freshName(), 'x')).rejects.toThrow(code('not-found'))
        await expect(images.tag(image, 'X Y')).rejects.toThrow(code('invalid-argument'))
      })

      it('moves a name', async () => {
        const [one, two] = [await subject.publish(), await subject.publish()]
        await images.pull(one.name)
        await images.pull(two.name)
        await images.tag(one.name, 'current')
        await images.tag(two.name, 'current')
        expect((await images.resolve('current')).id).toBe(two.id)
        expect((await images.get(one.id))?.names).toEqual([one.name])
      })

      it('takes names away and keeps the image', async () => {
        const { name: image, id } = await subject.publish()
        await images.pull(image)
        await images.tag(image, 'extra')
        await images.untag(id, ['extra'])
        expect((await images.get(id))?.names).toEqual([image])
        await images.untag(id)
        expect((await images.get(id))?.names).toEqual([])
        await expect(images.untag(id, ['never'])).rejects.toThrow(code('not-found'))
      })
    })

    describe('remove', () => {
      it('a name, then with the last name the image and its content', async () => {
        const { name: image, id } = await subject.publish()
        await images.pull(image)
        await images.tag(image, 'extra')
        expect(await images.remove('extra')).toEqual({ untagged: ['localhost/extra:latest'], deleted: [] })
        expect(await images.remove(image)).toEqual({ untagged: [image], deleted: [id] })
        expect(await images.list()).toEqual([])
        expect(await subject.contentCount()).toBe(0)
        await expect(images.remove(image)).rejects.toThrow(code('not-found'))
      })

      it('by id only when one name is left, or with force', async () => {
        const { name: image, id } = await subject.publish()
        await images.pull(image)
        await images.tag(image, 'extra')
        await expect(images.remove(id)).rejects.toThrow(code('in-use'))
        const removed = await images.remove(id, { force: true })
        expect(removed.deleted).toEqual([id])
        expect(removed.untagged.toSorted()).toEqual([image, 'localhost/extra:latest'].toSorted())
        expect(await subject.contentCount()).toBe(0)
      })

      it('leaves other images whole', async () => {
        const [one, two] = [await subject.publish(), await subject.publish()]
        await images.pull(one.name)
        const kept = await images.pull(two.name)
        await images.remove(one.name)
        expect(await images.resolve(two.name)).toEqual(kept)
      })
    })

    describe('push', () => {
      it('sends what was pulled, with the same digest', async () => {
        const published = await subject.publish()
        await images.pull(published.name)
        const destination = subject.freshName()
        expect(await images.push(published.name, destination)).toBe(published.digest)
        expect(await subject.registryDigest(destination)).toBe(published.digest)
        expect(await images.pull(destination)).toMatchObject({ id: published.id })
      })

      it('goes to the name itself by default', async () => {
        const published = await subject.publish()
        await images.pull(published.name)
        const destination = subject.freshName()
        await images.tag(published.name, destination)
        await images.push(destination)
        expect(await subject.registryDigest(destination)).toBe(published.digest)
        await expect(images.push(published.id)).rejects.toThrow(code('invalid-argument'))
        await expect(images.push(subject.freshName())).rejects.toThrow(code('not-found'))
      })
    })

    describe('import', () => {
      it('makes an image of an archive, with changes', async () => {
        const changes = ['CMD ["/bin/app", "-v"]', 'ENV A=b', 'LABEL kind=test', 'WORKDIR /srv', 'EXPOSE 80']
        const made = await images.import(subject.rootfs(), { name: 'made', message: 'by hand', changes })
        expect(made).toMatchObject({ name: 'localhost/made:latest', labels: { kind: 'test' } })
        expect(made.imageConfig.config).toMatchObject({
          Cmd: ['/bin/app', '-v'],
          Env: ['A=b'],
          WorkingDir: '/srv',
          ExposedPorts: { '80/tcp': {} }
        })
        expect(await images.resolve('made')).toEqual(made)
        const destination = subject.freshName()
        expect(await images.push('made', destination)).toBe(await subject.registryDigest(destination))
      })

      it('an import without a name is found by id; a bad one leaves nothing', async () => {
        const made = await images.import(subject.rootfs(), {})
        expect(await images.get(made.id)).toMatchObject({ names: [] })
        const before = await subject.contentCount()
        await expect(images.import(subject.rootfs(), { changes: ['FROM x'] })).rejects.toThrow(code('invalid-argument'))
        async function* broken() {
          yield* subject.rootfs()
          throw new Error('the source broke')
        }
        await expect(images.import(broken(), { name: 'never' })).rejects.toThrow('the source broke')
        expect(await images.list()).toHaveLength(1)
        expect(await subject.contentCount()).toBe(before)
      })
    })

    describeCommits(() => subject)

    describe('save, load and copy', () => {
      const saved = async (names: readonly string[], request: SaveRequest): Promise<readonly Uint8Array[]> => {
        const chunks: Uint8Array[] = []
        await images.save(names, request, { write: async (chunk) => void chunks.push(Buffer.from(chunk)) })
        return chunks
      }
      async function* streamed(chunks: readonly Uint8Array[]) {
        yield* chunks
      }

      it.each(['oci-archive', 'docker-archive'] as const)('loads the %s that it saved', async (format) => {
        const { name: image, id } = await subject.publish()
        const before = await images.pull(image)
        const chunks = await saved([image], { format })
        await images.remove(image)
        expect(await images.load(streamed(chunks))).toEqual([{ id, name: image }])
        expect(await images.resolve(image)).toMatchObject({
          id,
          imageConfig: before.imageConfig,
          diffIds: before.diffIds
        })
        await expect(saved([subject.freshName()], { format })).rejects.toThrow(code('not-found'))
      })

      it('keeps several images and several names in one docker-archive', async () => {
        const [one, two] = [await subject.publish(), await subject.publish()]
        await images.pull(one.name)
        await images.pull(two.name)
        const several = await saved([one.name, two.name], { multi: true })
        const named = await saved([one.name, 'quay.io/other:1'], {})
        await expect(saved([one.name, two.name], { format: 'oci-archive' })).rejects.toThrow(code('invalid-argument'))
        await images.remove(one.id)
        await images.remove(two.id)
        expect((await images.load(streamed(several))).map(({ name }) => name)).toEqual([one.name, two.name])
        await images.remove(one.id)
        const loaded = await images.load(streamed(named))
        expect(loaded.map(({ name }) => name).toSorted()).toEqual([one.name, 'quay.io/other:1'].toSorted())
      })

      it('an image saved by its id comes back without a name', async () => {
        const { name: image, id } = await subject.publish()
        await images.pull(image)
        const chunks = await saved([id], {})
        await images.remove(image)
        expect(await images.load(streamed(chunks))).toEqual([{ id, name: undefined }])
        expect(await images.get(id)).toMatchObject({ names: [] })
      })

      it('refuses what is no archive of images', async () => {
        await expect(images.load(subject.rootfs())).rejects.toThrow(code('invalid-argument'))
        expect(await images.list()).toEqual([])
        expect(await subject.contentCount()).toBe(0)
      })

      it('copies from registry to registry without keeping anything', async () => {
        const published = await subject.publish()
        const destination = subject.freshName()
        const copied = await images.copy(`docker://${published.name}`, `docker://${destination}`)
        expect(copied.digest).toBe(published.digest)
        expect(await subject.registryDigest(destination)).toBe(published.digest)
        expect(await images.list()).toEqual([])
        await expect(images.copy(`docker://${subject.freshName()}`, `docker://${destination}`)).rejects.toThrow(
          code('not-found')
        )
        await expect(images.copy('x', `docker://${destination}`)).rejects.toThrow(code('invalid-argument'))
      })

      it('copies into the store and out of it', async () => {
        const published = await subject.publish()
        await images.copy(`docker://${published.name}`, 'containers-storage:mine:1')
        expect(await images.resolve('mine:1')).toMatchObject({ id: published.id, names: ['localhost/mine:1'] })
        const destination = subject.freshName()
        await images.copy('containers-storage:mine:1', `docker://${destination}`)
        expect(await subject.registryDigest(destination)).toBe(published.digest)
      })
    })
  })
}
