import { readFile } from 'node:fs/promises'
import { EngineError, type KeySource } from '@runcible/interface'

/** Bytes of a key that a policy names. */
export type KeyMaterial = (source: KeySource) => Promise<Buffer>

const maxKeyring = 16 * 1024 * 1024

export const sourceName = (source: KeySource): string => ('path' in source ? source.path : 'the key in policy.json')

/**
 * @throws EngineError `failed-precondition` for a file that cannot be read: then nothing can be verified with it.
 */
export const keyMaterial: KeyMaterial = async (source) => {
  if ('data' in source) return Buffer.from(source.data)
  try {
    const bytes = await readFile(source.path)
    if (bytes.length <= maxKeyring) return bytes
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError(
      'failed-precondition',
      `the key ${source.path} that the signature policy names cannot be read: ${code}`,
      {
        hint: 'put the key there, or change the policy',
        cause: error
      }
    )
  }
  throw new EngineError(
    'failed-precondition',
    `the key ${source.path} that the signature policy names is longer than ${maxKeyring} bytes`
  )
}
