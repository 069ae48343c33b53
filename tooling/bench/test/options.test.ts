import { expect, it } from 'vitest'
import { parseOptions } from '../src/options.ts'

const defaults = { names: ['run', 'exec'], peers: ['podman', 'docker'], program: '/bin/ours' }

it('runs everything by default', () => {
  expect(parseOptions([], defaults)).toMatchObject({
    names: ['run', 'exec'],
    peers: ['podman', 'docker'],
    isQuick: false
  })
})

it('takes names in the order of the list', () => {
  expect(parseOptions(['exec', 'run', '--quick', '--peers', 'docker'], defaults)).toMatchObject({
    names: ['run', 'exec'],
    peers: ['docker'],
    isQuick: true
  })
})

it('writes the page only from full runs', () => {
  expect(parseOptions(['--write-docs'], defaults).shouldWriteDocs).toBe(true)
  for (const less of ['run', '--quick', '--peers=docker'])
    expect(() => parseOptions(['--write-docs', less], defaults)).toThrow('full run')
})

it('refuses what it does not know', () => {
  expect(() => parseOptions(['jump'], defaults)).toThrow('no benchmark is called jump; there are run, exec')
  expect(() => parseOptions(['--peers=lxc'], defaults)).toThrow('no peer is called lxc')
  expect(() => parseOptions(['--fast'], defaults)).toThrow('--fast')
})
