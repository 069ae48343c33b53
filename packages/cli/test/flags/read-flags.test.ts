import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { containerFlags } from '../../src/flags/container/spec.ts'
import type { Flag } from '../../src/flags/flag.ts'
import { readFlags } from '../../src/flags/read-flags.ts'

const flags: readonly Flag[] = [
  { name: 'detach', short: 'd', kind: 'bool', help: '' },
  { name: 'interactive', short: 'i', kind: 'bool', help: '' },
  { name: 'tty', short: 't', kind: 'bool', help: '' },
  { name: 'rm', kind: 'bool', help: '' },
  { name: 'env', short: 'e', kind: 'list', help: '' },
  { name: 'network', aliases: ['net'], kind: 'list', help: '' }
]

function read(line: string, stopAtOperand = true) {
  const { booleans, values, args } = readFlags(line.split(' '), flags, stopAtOperand)
  return { ...Object.fromEntries(booleans), ...Object.fromEntries(values), args: args.join(' ') }
}

describe('readFlags', () => {
  it('reads clusters as pflag does', () => {
    expect(read('-dit img')).toEqual({ detach: true, interactive: true, tty: true, args: 'img' })
    expect(read('-iteA=B img')).toEqual({ interactive: true, tty: true, env: ['A=B'], args: 'img' })
    expect(read('-ite A=B img')).toEqual({ interactive: true, tty: true, env: ['A=B'], args: 'img' })
    expect(read('-e=A=B img')).toMatchObject({ env: ['A=B'] })
    expect(read('-eA=B -eC=D img')).toMatchObject({ env: ['A=B', 'C=D'] })
    expect(read('-t=false img')).toEqual({ tty: false, args: 'img' })
  })

  it('reads values of booleans, the last winning', () => {
    for (const yes of ['1', 't', 'T', 'true', 'TRUE', 'True']) expect(read(`--rm=${yes}`)).toMatchObject({ rm: true })
    for (const no of ['0', 'f', 'F', 'false', 'FALSE', 'False']) expect(read(`--rm=${no}`)).toMatchObject({ rm: false })
    expect(read('--rm --rm=false img')).toMatchObject({ rm: false })
    expect(() => read('--rm=yes img')).toThrow('invalid argument "yes" for "--rm" flag')
  })

  it('leaves the words of the container alone', () => {
    expect(read('--rm img -d --rm=false -- x')).toEqual({ rm: true, args: 'img -d --rm=false -- x' })
    expect(read('--rm -- img --rm=false')).toEqual({ rm: true, args: 'img --rm=false' })
    expect(read('img -d', false)).toEqual({ detach: true, args: 'img' })
    expect(read('img -d -- -t', false)).toEqual({ detach: true, args: 'img -t' })
    expect(read('-d - img', false).args).toBe('- img')
  })

  it('takes a value for a value, whatever it looks like', () => {
    expect(read('-e -d img')).toEqual({ env: ['-d'], args: 'img' })
    expect(read('--net --rm img')).toEqual({ network: ['--rm'], args: 'img' })
    expect(read('--env= img')).toEqual({ env: [''], args: 'img' })
    expect(read('-e -- img')).toEqual({ env: ['--'], args: 'img' })
  })

  it('refuses what it does not know or cannot complete', () => {
    expect(() => read('--no-such img')).toThrow('unknown flag: --no-such')
    expect(() => read('--no-such=1 img')).toThrow(/^unknown flag: --no-such$/)
    expect(() => read('-dx img')).toThrow("unknown shorthand flag: 'x' in -dx")
    for (const line of ['-d --env', '-e', '-de']) expect(() => read(line)).toThrow('flag needs an argument: --env')
  })

  it('never changes what follows the first operand', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (rest) => {
        const { args } = readFlags(['-i', 'img', ...rest], containerFlags, true)
        expect(args).toEqual(['img', ...rest])
      })
    )
  })
})
