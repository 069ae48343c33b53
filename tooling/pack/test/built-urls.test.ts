import { expect, test } from 'vitest'
import { builtUrls } from '../src/index.ts'

test('a worker named by URL gets the built extension', () => {
  expect(builtUrls("new Worker(new URL('./unpack/worker.ts', import.meta.url))")).toEqual({
    code: "new Worker(new URL('./unpack/worker.js', import.meta.url))",
    targets: ['./unpack/worker.js']
  })
})

test('other URLs are left alone', () => {
  const code = "new URL('https://example.com/a.ts'); new URL('./data.json', import.meta.url)"
  expect(builtUrls(code)).toEqual({ code, targets: [] })
})
