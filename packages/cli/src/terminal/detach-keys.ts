import { UsageError } from '../usage-error.ts'

export const defaultDetachKeys = 'ctrl-p,ctrl-q'

/**
 * The bytes of a key sequence such as `ctrl-p,ctrl-q`: single characters, or `ctrl-` with a letter or one of `@ [ \ ] ^ _`.
 * An empty text means that no keys detach.
 *
 * @throws UsageError
 */
export function parseDetachKeys(text: string): readonly number[] {
  if (text === '') return []
  return text.split(',').map((key) => {
    if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0)
    const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1]
    if (control === undefined)
      throw new UsageError(`invalid detach keys "${text}": "${key}" is neither a character nor ctrl- and a letter`)
    return control.toUpperCase().charCodeAt(0) & 0x1f
  })
}

/** What may go on to the process, and whether the sequence was typed. */
export interface Scan {
  readonly forward: Uint8Array
  readonly detached: boolean
}

/** Looks for a key sequence in what is typed, across chunks. Keys that might begin it are held back until it is clear. */
export function detachScanner(keys: readonly number[]): (chunk: Uint8Array) => Scan {
  let held = 0
  return (chunk) => {
    if (keys.length === 0) return { forward: chunk, detached: false }
    const forward: number[] = []
    for (const byte of chunk) {
      held = advance(keys, held, byte, forward)
      if (held === keys.length) {
        held = 0
        return { forward: Uint8Array.from(forward), detached: true }
      }
    }
    return { forward: Uint8Array.from(forward), detached: false }
  }
}

/** The length of the sequence's beginning that is now held, after `byte`; what can no longer belong to it is forwarded. */
function advance(keys: readonly number[], held: number, byte: number, forward: number[]): number {
  const typed = [...keys.slice(0, held), byte]
  for (let length = typed.length; length > 0; length--) {
    const tail = typed.slice(typed.length - length)
    if (tail.every((value, index) => value === keys[index])) {
      forward.push(...typed.slice(0, typed.length - length))
      return length
    }
  }
  forward.push(...typed)
  return 0
}
