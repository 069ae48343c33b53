import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { repositories, useSandbox } from '../src/index.ts'

const box = useSandbox()
const idOf = (name: string): Promise<string> => box.ok('image', 'inspect', '--format', '{{.Id}}', name)

test.each(['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'])('save and load %s', async (format) => {
  const name = await box.pull(repositories.layers)
  const id = await idOf(name)
  const path = box.file(`saved-${format}`)
  await box.ok('save', '-q', '--format', format, '-o', path, name)
  await box.ok('rmi', name)
  const hasName = format !== 'docker-dir'
  expect(await box.ok('load', '-q', '-i', path)).toBe(`Loaded image: ${hasName ? name : `sha256:${id}`}`)
  expect(await idOf(id)).toBe(id)
  if (!hasName) await box.ok('tag', id, name)
  expect(await box.ok('run', '--rm', '--network', 'none', box.image, 'echo', 'runs')).toBe('runs')
})

test('a pipe from save to load, with several images', async () => {
  const [one, two] = [await box.pull(repositories.layers), box.image]
  const command = (...words: readonly string[]): string => {
    const { file, args } = box.invocation(words)
    return [file, ...args].map((word) => `'${word}'`).join(' ')
  }
  const line = `${command('save', '-q', '-m', one, two)} | ${command('load', '-q')}`
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { env: box.invocation([]).env })
  expect(stdout).toBe(`Loaded image: ${one}\nLoaded image: ${two}\n`)
  expect(readdirSync(`${box.directory}/root/tmp`)).toEqual([])
})

test('copies between places, and what is not there is a clear error', async () => {
  const at = `docker://${box.registry}/${repositories.layers}`
  const layout = `oci:${box.file('layout')}:v1`
  await box.ok('image', 'copy', '-q', '--src-tls-verify=false', at, layout)
  const target = `docker://${box.registry}/copied/here:v1`
  await box.ok('image', 'copy', '-q', '--dest-tls-verify=false', '--digestfile', box.file('digest'), layout, target)
  await box.ok('pull', '-q', '--tls-verify=false', `${box.registry}/copied/here:v1`)
  expect(await box.fails(125, 'image', 'copy', '-q', `oci:${box.file('none')}`, layout)).toContain('none')
  expect(await box.fails(125, 'image', 'copy', '-q', 'ostree:x', layout)).toContain('oci:')
})

test('scp runs runcible at the other side of ssh', async () => {
  const { file, args, env } = box.invocation([])
  const remote = args.map((word) =>
    word.startsWith(box.directory) ? word.replace(box.directory, `${box.directory}/remote`) : word
  )
  const quoted = [file, ...remote].map((word) => `'${word}'`).join(' ')
  writeFileSync(box.file('runcible'), `#!/bin/sh\nexec ${quoted} "$@"\n`)
  writeFileSync(
    box.file('ssh'),
    '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\n[ "$2" = me@there ] || exit 255\nexec sh -c "$3"\n'
  )
  for (const name of ['runcible', 'ssh']) chmodSync(box.file(name), 0o755)
  const options = { env: { ...env, PATH: `${box.file()}:${process.env['PATH']}` } }
  const id = await idOf(box.image)
  const sent = await box.run(['image', 'scp', '-q', box.image, 'me@there::'], options)
  expect(sent).toMatchObject({ exitCode: 0, stdout: `Loaded image: ${box.image}\n` })
  await box.ok('rmi', box.image)
  const back = await box.run(['image', 'scp', '-q', `me@there::${box.image}`], options)
  expect(back).toMatchObject({ exitCode: 0, stdout: `Loaded image: ${box.image}\n` })
  expect(await idOf(box.image)).toBe(id)
  expect(await box.run(['image', 'scp', '-q', box.image, 'nowhere::'], options)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('Error: ssh nowhere:')
  })
})
