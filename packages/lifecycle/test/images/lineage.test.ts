import { expect, it } from 'vitest'
import type { Image, ImageStore } from '@runcible/interface'
import type { Digest, ImageHistory } from '@runcible/oci-spec'
import { withParents } from '../../src/images/lineage.ts'
import { image } from '../support/values.ts'

const diffId = (letter: string): Digest => `sha256:${letter.repeat(64)}`
const step = (created_by: string): ImageHistory => ({ created_by, created: '2026-01-01T00:00:00Z' })

/** A store that counts what is read. */
function storeOf(histories: Readonly<Record<string, readonly ImageHistory[]>>) {
  const read: string[] = []
  const resolve: ImageStore['resolve'] = async (id) => {
    read.push(id)
    const config = image().imageConfig
    return { ...image(), id, imageConfig: { ...config, history: histories[id] ?? [] } }
  }
  return { resolve, read }
}
const make = (id: string, layers: string, names: readonly string[] = [`x/${id}:1`]): Image => ({
  ...image(),
  id,
  names,
  diffIds: [...layers].map(diffId)
})

it('finds the image that another was made from, by layers and history', async () => {
  const [one, two, three] = [step('one'), step('two'), step('three')]
  const store = storeOf({ base: [one], child: [one, two], words: [one, two, three], other: [two] })
  const all = [make('base', 'a', []), make('child', 'ab', []), make('words', 'ab'), make('other', 'a')]
  expect((await withParents(store, all)).map(({ id, parent, intermediate }) => [id, parent, intermediate])).toEqual([
    ['base', undefined, true],
    ['child', 'base', true],
    ['words', 'child', false],
    ['other', undefined, false]
  ])
  expect(store.read.toSorted()).toEqual([...new Set(store.read)].toSorted())
})

it('reads nothing of images that share no layers', async () => {
  const store = storeOf({})
  await withParents(store, [make('x', 'a'), make('y', 'b'), make('z', 'cd')])
  expect(store.read).toEqual([])
})

it('an image without a history has no parent and is none', async () => {
  const store = storeOf({ child: [step('one')] })
  const listed = await withParents(store, [make('base', 'a'), make('child', 'ab')])
  expect(listed.map(({ parent }) => parent)).toEqual([undefined, undefined])
})
