import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexFlags, takeBooleans } from '../../src/flags/booleans.ts'
import { containerFlags } from '../../src/flags/container/spec.ts'
import type { Flag } from '../../src/flags/flag.ts'

const flags: readonly Flag[] = [
  { name: 'detach', short: 'd', kind: 'bool', help: '' },
  { name: 'interactive', short: 'i', kind: 'bool', help: '' },
  { name: 'tty', short: 't', kind: 'bool', help: '' },
  { name: 'rm', kind: 'bool', help: '' },
  { name: 'env', short: 'e', kind: 'list', help: '' },
  { name: 'network', aliases: ['net'], kind: 'list', help: '' }
]

function take(line: string, stopAtOperand = true): { words: string; booleans: Record<string, boolean> } {
  const { words, booleans } = takeBooleans(line.split(' '), indexFlags(flags), stopAtOperand)
  return { words: words.join(' '), booleans: Object.fromEntries(booleans) }
}

describe('takeBooleans', () => {
  it('reads clusters as pflag does', () => {
    expect(take('-dit img')).toEqual({ words: 'img', booleans: { detach: true, interactive: true, tty: true } })
    expect(take('-iteA=B img')).toEqual({ words: '--env=A=B img', booleans: { interactive: true, tty: true } })
    expect(take('-ite A=B img')).toEqual({ words: '--env A=B img', booleans: { interactive: true, tty: true } })
    expect(take('-e=A=B img').words).toBe('--env=A=B img')
    expect(take('-eA=B -eC=D img').words).toBe('--env=A=B --env=C=D img')
    expect(take('-t=false img').booleans).toEqual({ tty: false })
  })

  it('reads values of booleans, the last winning', () => {
    for (const yes of ['1', 't', 'T', 'true', 'TRUE', 'True']) expect(take(`--rm=${yes}`).booleans).toEqual({ rm: true })
    for (const no of ['0', 'f', 'F', 'false', 'FALSE', 'False']) expect(take(`--rm=${no}`).booleans).toEqual({ rm: false })
    expect(take('--rm --rm=false img').booleans).toEqual({ rm: false })
    expect(() => take('--rm=yes img')).toThrow('invalid argument "yes" for "--rm" flag')
  })

  it('leaves the words of the container alone', () => {
    expect(take('--rm img -d --rm=false')).toEqual({ words: 'img -d --rm=false', booleans: { rm: true } })
    expect(take('--rm -- img --rm=false')).toEqual({ words: '-- img --rm=false', booleans: { rm: true } })
    expect(take('img -d', false)).toEqual({ words: 'img', booleans: { detach: true } })
  })

  it('takes a value for a value, whatever it looks like', () => {
    expect(take('-e -d img')).toEqual({ words: '--env -d img', booleans: {} })
    expect(take('--net --rm img')).toEqual({ words: '--network --rm img', booleans: {} })
  })

  it('never changes what follows the first operand', () => {
    fc.assert(fc.property(fc.array(fc.string()), rest => {
      const { words } = takeBooleans(['-d', 'img', ...rest], indexFlags(containerFlags.filter(flag => flag.short !== 'd').concat(flags[0]!)), true)
      expect(words).toEqual(['img', ...rest])
    }))
  })
})
