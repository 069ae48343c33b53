import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Artifacts } from '@runcible/interface'
import { digestOf, ociMediaTypes } from '@runcible/oci-spec'

export interface ArtifactsSubject extends AsyncDisposable {
  readonly artifacts: Artifacts
  /** A name at a registry that nothing has yet. */
  freshName(): string
}

const code = (expected: string) => expect.objectContaining({ code: expected })

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(chunks)).toString()
}

/** What every `Artifacts` must do. */
export function describeArtifacts(name: string, setup: () => Promise<ArtifactsSubject>): void {
  describe(`Artifacts: ${name}`, () => {
    let subject: ArtifactsSubject
    let artifacts: Artifacts
    let directory: string
    const file = (title: string, text = title): string => {
      const path = join(directory, title)
      writeFileSync(path, text)
      return path
    }
    beforeEach(async () => {
      subject = await setup()
      artifacts = subject.artifacts
      directory = mkdtempSync(join(tmpdir(), 'artifacts-'))
    })
    afterEach(async () => {
      rmSync(directory, { recursive: true })
      await subject[Symbol.asyncDispose]()
    })

    it('keeps files with their names, and gives them back', async () => {
      const made = await artifacts.add('localhost/art:1', {
        files: [file('a.txt', 'aaa'), file('b.txt')],
        annotations: { k: 'v' }
      })
      expect(made).toMatchObject({
        name: 'localhost/art:1',
        size: 8,
        manifest: {
          artifactType: 'application/vnd.unknown.artifact.v1',
          config: { mediaType: ociMediaTypes.empty, size: 2 },
          layers: [
            { size: 3, annotations: { 'org.opencontainers.image.title': 'a.txt', k: 'v' } },
            { size: 5, annotations: { 'org.opencontainers.image.title': 'b.txt' } }
          ]
        }
      })
      expect(digestOf(made.bytes)).toBe(made.digest)
      const hex = made.digest.slice(7)
      for (const word of ['localhost/art:1', made.digest, hex, hex.slice(0, 12)])
        expect((await artifacts.get(word)).digest).toBe(made.digest)
      expect(await textOf(artifacts.read('localhost/art:1', made.manifest.layers[0]!.digest))).toBe('aaa')
      const absent = digestOf(Buffer.from('absent'))
      await expect(textOf(artifacts.read('localhost/art:1', absent))).rejects.toEqual(code('not-found'))
    })

    it('refuses a name that is taken unless it appends or replaces', async () => {
      const first = await artifacts.add('art', { files: [file('a.txt')], type: 'application/x.first' })
      await expect(artifacts.add('art', { files: [file('b.txt')] })).rejects.toEqual(code('already-exists'))
      const more = await artifacts.add('art', { files: [file('b.txt')], append: true })
      expect(more.manifest.artifactType).toBe('application/x.first')
      expect(more.manifest.layers).toHaveLength(2)
      expect(more.digest).not.toBe(first.digest)
      const other = await artifacts.add('art', { files: [file('c.txt')], replace: true })
      expect(other.manifest.layers).toHaveLength(1)
      expect(await artifacts.list()).toHaveLength(1)
      await expect(artifacts.add('none', { files: [file('a.txt')], append: true })).rejects.toEqual(code('not-found'))
    })

    it('goes, and is not found any more', async () => {
      const { digest } = await artifacts.add('art', { files: [file('a.txt')] })
      expect((await artifacts.remove('art')).digest).toBe(digest)
      await expect(artifacts.get('art')).rejects.toEqual(code('not-found'))
      await expect(artifacts.remove('art')).rejects.toEqual(code('not-found'))
    })

    it('comes back from a registry as it went', async () => {
      const place = subject.freshName()
      const made = await artifacts.add('art', { files: [file('a.txt', 'from far')], fileType: 'text/plain' })
      expect(await artifacts.push('art', place)).toBe(made.digest)
      await artifacts.remove('art')
      const pulled = await artifacts.pull(place)
      expect(pulled).toMatchObject({ name: place, digest: made.digest })
      expect(await textOf(artifacts.read(place, pulled.manifest.layers[0]!.digest))).toBe('from far')
      await expect(artifacts.pull(subject.freshName())).rejects.toEqual(code('not-found'))
    })

    it('is found by what it is about', async () => {
      const place = subject.freshName()
      const about = await artifacts.add('about', { files: [file('a.txt')] })
      await artifacts.push('about', place)
      const repository = place.replace(/:[^:/]*$/, '')
      for (const type of ['application/x.one', 'application/x.two']) {
        const name = `${repository}:${type.slice(-3)}`
        await artifacts.add(name, { files: [file('s.txt', type)], type, subject: place })
        await artifacts.push(name)
      }
      const all = await artifacts.referrers(place)
      expect(all).toMatchObject({ repository, subject: about.digest })
      expect(all.referrers.map(({ artifactType }) => artifactType).toSorted()).toEqual([
        'application/x.one',
        'application/x.two'
      ])
      const { referrers } = await artifacts.referrers(place, { artifactType: 'application/x.two' })
      expect(referrers).toHaveLength(1)
      expect(referrers[0]!.digest).toBe((await artifacts.get(`${repository}:two`)).digest)
    })
  })
}
