import { describe, expect, it } from 'vitest'
import type { ImageSummary } from '@runcible/interface'
import { imageFilter } from '../../src/images/filters.ts'
import { image, record } from '../support/values.ts'

const summary = (part: Partial<ImageSummary>): ImageSummary => ({
  ...image(),
  parent: undefined,
  intermediate: false,
  ...part
})
const old = summary({ id: 'a'.repeat(64), names: ['quay.io/team/old:1'], createdAt: 1000 })
const web = summary({
  id: 'c'.repeat(64),
  names: ['docker.io/library/web:2'],
  digests: [`docker.io/library/web@sha256:${'d'.repeat(64)}`],
  labels: { app: 'shop', tier: 'front' },
  createdAt: 2000
})
const nameless = summary({ id: 'e'.repeat(64), names: [], createdAt: 3000, intermediate: true })
const all = [old, web, nameless]
const made = record({})
const containers = [{ ...made, config: { ...made.config, image: { ...made.config.image, id: web.id } } }]
const passing = (filters: Record<string, string[]>): string =>
  all
    .filter(imageFilter(filters, { all, containers }))
    .map(({ id }) => id[0])
    .join('')

describe('imageFilter', () => {
  it.each([
    [{}, 'ace'],
    [{ reference: ['web'] }, 'c'],
    [{ reference: ['library/w*', 'old'] }, 'ac'],
    [{ reference: ['quay.io/*/old:1'] }, 'a'],
    [{ label: ['app=shop', 'tier'] }, 'c'],
    [{ label: ['app=shop', 'other'] }, ''],
    [{ 'label!': ['app'] }, 'ae'],
    [{ dangling: ['true'] }, 'e'],
    [{ dangling: ['0'] }, 'ac'],
    [{ intermediate: ['true'] }, 'e'],
    [{ readonly: ['true'] }, ''],
    [{ readonly: ['false'] }, 'ace'],
    [{ manifest: ['false'] }, 'ace'],
    [{ containers: ['true'] }, 'c'],
    [{ containers: ['false'] }, 'ae'],
    [{ containers: ['external'] }, ''],
    [{ id: ['cc'] }, 'c'],
    [{ digest: [`sha256:${'d'.repeat(64)}`] }, 'c'],
    [{ before: ['web'] }, 'a'],
    [{ since: ['quay.io/team/old:1'] }, 'ce'],
    [{ after: ['c'.repeat(12)] }, 'e'],
    [{ until: ['2.5'] }, 'ac'],
    [{ until: ['24h'] }, 'ace']
  ] as [Record<string, string[]>, string][])('%j', (filters, expected) => expect(passing(filters)).toBe(expected))

  it.each([
    [{ colour: ['red'] }, 'colour is an invalid filter'],
    [{ dangling: ['maybe'] }, 'dangling takes true or false'],
    [{ containers: ['some'] }, 'containers takes true or false'],
    [{ until: ['soon'] }, 'neither a time nor a duration'],
    [{ before: ['nobody'] }, 'nobody: image not known']
  ] as [Record<string, string[]>, string][])('refuses %j', (filters, message) =>
    expect(() => passing(filters)).toThrow(message)
  )
})
