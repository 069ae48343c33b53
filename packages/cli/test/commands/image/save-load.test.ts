import { expect, test } from 'vitest'
import { fakeEngine } from '../../support/fake-engine.ts'
import { runCli } from '../../support/run-cli.ts'
import { id, image } from '../../support/values.ts'

const engine = () =>
  fakeEngine({ images: [image({ names: ['localhost/one:1'] }), image({ id: id('8'), names: ['localhost/two:1'] })] })

test('save writes an archive to the standard output, or to a file', async () => {
  const fake = engine()
  expect(await runCli(['save', '-q', 'one:1'], { engine: fake })).toMatchObject({ code: 0, stdout: 'archive' })
  await runCli(['image', 'save', '-m', '-o', '/x.tar', 'one:1', 'two:1'], { engine: fake })
  await runCli(['save', '--format=oci-dir', '--uncompressed', '-o', '/x', 'one:1'], { engine: fake })
  await runCli(['save', '--format=docker-dir', '--compress', '-o', '/x', 'one:1'], { engine: fake })
  expect(fake.calls).toEqual([
    'save one:1 {"format":"docker-archive"} stream',
    'save one:1 two:1 {"format":"docker-archive","multi":true} /x.tar',
    'save one:1 {"format":"oci-dir","uncompressed":true} /x',
    'save one:1 {"format":"docker-dir","compress":true} /x'
  ])
})

test.each([
  [['save', 'one:1'], 'refusing to save to terminal. Use -o flag or redirect', true],
  [
    ['save', '--format=foo', 'one:1'],
    'format value must be one of docker-archive oci-archive oci-dir docker-dir',
    false
  ],
  [['save', '--compress', 'one:1'], "--compress can only be set when --format is 'docker-dir'", false],
  [
    ['save', '--uncompressed', 'one:1'],
    "--uncompressed can only be set when --format is 'oci-archive' or 'oci-dir'",
    false
  ],
  [['save', '--format=oci-dir', 'one:1'], 'oci-dir is a directory: name it with --output', false],
  [
    ['save', '--format=oci-archive', 'one:1', 'two:1'],
    'unsupported format "oci-archive" for saving multiple images (only docker-archive)',
    false
  ]
])('%j: %s', async (argv, message, terminal) => {
  const { code, stderr, stdout } = await runCli(argv, { engine: engine(), terminal })
  expect(code).toBe(125)
  expect(stderr + stdout).toContain(`Error: ${message}`)
})

test('load reads a file or the standard input and tells the names', async () => {
  const fake = engine()
  const told = `Loaded image: docker.io/library/one:1\nLoaded image: sha256:${id('8')}\n`
  expect(await runCli(['load', '-q'], { engine: fake, stdin: 'some bytes' })).toMatchObject({ code: 0, stdout: told })
  expect(await runCli(['image', 'load', '-i', 'x.tar'], { engine: fake })).toMatchObject({ code: 0, stdout: told })
  expect(fake.calls).toEqual(['load 10 bytes', 'load x.tar'])
})

test('save ends as other programs do when nobody reads the archive', async () => {
  const fake = engine()
  Object.assign(fake.images, {
    save: async () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    }
  })
  expect(await runCli(['save', '-q', 'one:1'], { engine: fake })).toMatchObject({ code: 141, stderr: '' })
})
