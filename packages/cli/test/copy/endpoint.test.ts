import { describe, expect, it } from 'vitest'
import { parseEndpoint, pathEnding } from '../../src/copy/endpoint.ts'

describe('parseEndpoint', () => {
  it('tells a container from a path here', () => {
    expect(parseEndpoint('web:/etc')).toEqual({ kind: 'container', name: 'web', path: '/etc' })
    expect(parseEndpoint('web:etc/.')).toEqual({ kind: 'container', name: 'web', path: '/etc/.' })
    expect(parseEndpoint('web:/a:b')).toEqual({ kind: 'container', name: 'web', path: '/a:b' })
    for (const path of ['./a:b', '/a:b', 'a/b:c', '../x:y', 'plain', ':x'])
      expect(parseEndpoint(path)).toEqual({ kind: 'host', path })
    expect(parseEndpoint('-')).toEqual({ kind: 'stream' })
  })
})

describe('pathEnding', () => {
  it.each([
    ['/a/b', 'b', false, false],
    ['/a/b/', 'b', true, false],
    ['/a/b/.', 'b', false, true],
    ['/', '', true, true],
    ['.', '.', false, true],
    ['/a/../b', 'b', false, false]
  ])('%s', (path, name, slash, content) => {
    expect(pathEnding(path)).toEqual({ name, slash, content })
  })
})
