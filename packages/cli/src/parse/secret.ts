import type { SecretUse } from '@runcible/interface'
import { UsageError } from '../usage-error.ts'
import { splitPair } from './key-value.ts'

/** `name[,type=mount|env][,target=…][,uid=…][,gid=…][,mode=…]`; `source=name` may stand anywhere. @throws UsageError */
export function parseSecret(text: string): SecretUse {
  const wrong = (why: string): UsageError => new UsageError(`invalid value for --secret: "${text}": ${why}`)
  const [first = '', ...rest] = text.split(',')
  const words = first.includes('=') ? [first, ...rest] : [`source=${first}`, ...rest]
  const options = new Map(words.map((word) => splitPair(word)))
  const known = ['source', 'src', 'type', 'target', 'uid', 'gid', 'mode']
  for (const [key, value] of options) {
    if (!known.includes(key)) throw wrong(`unknown key "${key}"`)
    if (value === undefined || value === '') throw wrong(`"${key}" needs a value`)
  }
  const secret = options.get('source') ?? options.get('src')
  if (secret === undefined) throw wrong('no secret is named')
  const type = options.get('type')
  if (type !== undefined && type !== 'mount' && type !== 'env') throw wrong(`type "${type}" is not mount or env`)
  if (type === 'env' && ['uid', 'gid', 'mode'].some((key) => options.has(key)))
    throw wrong('a variable has no uid, gid or mode')
  const number = (key: string, pattern: RegExp, radix: number): number | undefined => {
    const value = options.get(key)
    if (value !== undefined && !pattern.test(value)) throw wrong(`${key} "${value}" is not a number that it may be`)
    return value === undefined ? undefined : Number.parseInt(value, radix)
  }
  const target = options.get('target')
  const uid = number('uid', /^\d{1,9}$/, 10)
  const gid = number('gid', /^\d{1,9}$/, 10)
  const mode = number('mode', /^0?[0-7]{1,4}$/, 8)
  return {
    secret,
    ...(type === undefined ? {} : { type }),
    ...(target === undefined ? {} : { target }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(mode === undefined ? {} : { mode })
  }
}
