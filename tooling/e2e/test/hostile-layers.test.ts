import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostileLayers, startRegistry, testImageOf, type TestRegistry } from '@runcible/fixtures'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const outside = box.file('outside')
let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry()
  mkdirSync(outside)
  writeFileSync(`${outside}/victim`, 'untouched')
})
afterAll(() => registry[Symbol.asyncDispose]())

describe('pull of an image whose layer has', () => {
  oursOnly.for(hostileLayers(outside))('$name', async ({ name, tar, outcome }) => {
    const image = testImageOf({ tars: [tar], compression: 'gzip', run: { Cmd: ['x'] } })
    const reference = registry.put(image, `hostile/${name.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}`)
    const pull = ['pull', '--quiet', '--tls-verify=false', reference]
    if (outcome === 'contained') {
      await box.ok(...pull)
      await box.ok('rmi', reference)
    } else {
      await box.fails(125, ...pull)
      expect((await box.run(['image', 'exists', reference])).exitCode).toBe(1)
    }
    expect(readdirSync(outside)).toEqual(['victim'])
    expect(readFileSync(`${outside}/victim`, 'utf8')).toBe('untouched')
  })

  oursOnly('nothing of them is left', async () => {
    expect(await box.ok('images', '-q')).toHaveLength(12)
  })
})
