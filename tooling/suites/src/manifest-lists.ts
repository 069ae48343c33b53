import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManifestLists } from '@runcible/interface'
import { type Digest, digestOf, dockerMediaTypes, ociMediaTypes, type Platform } from '@runcible/oci-spec'

export interface ManifestListsSubject extends AsyncDisposable {
  readonly manifests: ManifestLists
  /** Makes an image that can be added, at a registry or in the store. */
  image(platform: Platform): Promise<{ readonly name: string; readonly digest: Digest }>
  /** A name at a registry that nothing has yet. */
  freshName(): string
  /** The bytes that the registry has under a name. */
  pushed(name: string): Promise<Uint8Array | undefined>
}

const code = (expected: string) => expect.objectContaining({ code: expected })
const arm: Platform = { os: 'linux', architecture: 'arm64' }
const amd: Platform = { os: 'linux', architecture: 'amd64' }

/** What every `ManifestLists` must do. */
export function describeManifestLists(name: string, setup: () => Promise<ManifestListsSubject>): void {
  describe(`ManifestLists: ${name}`, () => {
    let subject: ManifestListsSubject
    let manifests: ManifestLists
    beforeEach(async () => {
      subject = await setup()
      manifests = subject.manifests
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    it('makes an empty list that is found by name, id and the beginning of it', async () => {
      const made = await manifests.create('list')
      expect(made).toMatchObject({
        name: 'localhost/list:latest',
        index: { manifests: [], mediaType: dockerMediaTypes.manifestList }
      })
      expect(made.id).toMatch(/^[0-9a-f]{64}$/)
      for (const word of ['list', 'localhost/list:latest', made.id, made.id.slice(0, 12)])
        expect((await manifests.get(word)).id).toBe(made.id)
      expect(await manifests.list()).toEqual([made])
    })

    it('refuses a name that is taken unless it amends', async () => {
      const made = await manifests.create('list')
      await expect(manifests.create('list')).rejects.toEqual(code('already-exists'))
      const image = await subject.image(amd)
      const amended = await manifests.create('list', { amend: true, images: [image.name], annotations: { a: 'b' } })
      expect(amended).toMatchObject({
        id: made.id,
        index: { annotations: { a: 'b' }, manifests: [{ digest: image.digest }] }
      })
    })

    it('makes nothing when an image cannot be added', async () => {
      await expect(manifests.create('list', { images: [subject.freshName()] })).rejects.toEqual(code('not-found'))
      expect(await manifests.list()).toEqual([])
    })

    it('adds images with their platforms, and keeps its id while it changes', async () => {
      const [one, other] = [await subject.image(amd), await subject.image(arm)]
      const { id } = await manifests.create('list', { images: [one.name] })
      const added = await manifests.add('list', other.name, {
        entry: { variant: 'v8', osVersion: '9', annotations: { a: 'b' } }
      })
      expect(added.id).toBe(id)
      expect(added.index.mediaType).toBe(ociMediaTypes.index)
      expect(added.index.manifests).toMatchObject([
        { digest: one.digest, platform: amd },
        { digest: other.digest, platform: { ...arm, variant: 'v8', 'os.version': '9' }, annotations: { a: 'b' } }
      ])
      expect(digestOf(added.bytes)).toBe(added.digest)
    })

    it('changes an entry that is added again', async () => {
      const image = await subject.image(amd)
      await manifests.create('list', { images: [image.name] })
      const { index } = await manifests.add('list', image.name, { entry: { architecture: 'riscv64' } })
      expect(index.manifests).toMatchObject([{ digest: image.digest, platform: { architecture: 'riscv64' } }])
    })

    it('annotates entries and itself', async () => {
      const [image, about] = [await subject.image(amd), await subject.image(arm)]
      await manifests.create('list', { images: [image.name] })
      await manifests.annotate('list', { target: image.digest, entry: { features: ['sse4'], annotations: { c: 'd' } } })
      const { index } = await manifests.annotate('list', { entry: { annotations: { e: 'f' } }, subject: about.name })
      expect(index).toMatchObject({
        annotations: { e: 'f' },
        subject: { digest: about.digest },
        manifests: [{ platform: { ...amd, features: ['sse4'] }, annotations: { c: 'd' } }]
      })
      const absent = digestOf(Buffer.from('absent'))
      await expect(manifests.annotate('list', { target: absent })).rejects.toEqual(code('not-found'))
    })

    it('takes entries away', async () => {
      const image = await subject.image(amd)
      await manifests.create('list', { images: [image.name] })
      await expect(manifests.removeEntry('list', 'words')).rejects.toEqual(code('invalid-argument'))
      expect((await manifests.removeEntry('list', image.digest)).index.manifests).toEqual([])
      await expect(manifests.removeEntry('list', image.digest)).rejects.toEqual(code('not-found'))
    })

    it('goes, and is not found any more', async () => {
      const { id } = await manifests.create('list')
      expect((await manifests.remove('list')).id).toBe(id)
      await expect(manifests.get('list')).rejects.toEqual(code('not-found'))
      await expect(manifests.remove(id)).rejects.toEqual(code('not-found'))
      expect(await manifests.list()).toEqual([])
    })

    it('inspects a list as its bytes, and pushes those', async () => {
      const image = await subject.image(amd)
      const made = await manifests.create('list', { images: [image.name], annotations: { a: 'b' } })
      const inspected = await manifests.inspect('list')
      expect(Buffer.from(inspected.bytes)).toEqual(Buffer.from(made.bytes))
      expect(inspected).toMatchObject({ digest: made.digest, mediaType: ociMediaTypes.index })
      const destination = subject.freshName()
      expect(await manifests.push('list', `docker://${destination}`)).toBe(made.digest)
      expect(Buffer.from((await subject.pushed(destination))!)).toEqual(Buffer.from(made.bytes))
    })

    it('pushes the list alone where that is asked for', async () => {
      const made = await manifests.create('list', { annotations: { a: 'b' } })
      const destination = subject.freshName()
      expect(await manifests.push('list', destination, { all: false })).toBe(made.digest)
    })
  })
}
