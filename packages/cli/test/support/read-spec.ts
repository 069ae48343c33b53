import type { ContainerSpec } from '@runcible/interface'
import { containerFlags, readContainerSpec } from '../../src/flags/container/spec.ts'
import { parseCommand } from '../../src/flags/parse.ts'

/** The specification that `run` makes of a line. */
export function readSpec(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ContainerSpec {
  const parsed = parseCommand({ flags: containerFlags, stopAtOperand: true }, argv)
  if (parsed.kind !== 'run') throw new Error('asked for help')
  return readContainerSpec(parsed.flags, parsed.args, env)
}

/** The same with an image at the end, left out of the result. */
export function specOf(...argv: readonly string[]): Omit<ContainerSpec, 'image'> {
  const { image: _image, ...spec } = readSpec([...argv, 'img'])
  return spec
}
