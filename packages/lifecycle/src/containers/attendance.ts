import { isEngineError, type CallOptions } from '@runcible/interface'
import { attendanceLock } from '../lock-names.ts'
import type { Parts } from '../settings.ts'

/**
 * Waits until whoever stays for a container's exit has done what follows it. Not to be called under the container's lock,
 * which they need for that.
 */
export async function untilUnattended(
  { state }: Pick<Parts, 'state'>,
  id: string,
  options: CallOptions = {}
): Promise<void> {
  const lock = await state.lock(attendanceLock(id), options)
  await lock[Symbol.asyncDispose]()
}

/** The same, but not for ever: an attendant that is suspended, in a shell's background, would never come to it. */
export async function giveAttendantTime(
  parts: Pick<Parts, 'state'>,
  id: string,
  milliseconds: number,
  signal: AbortSignal | undefined
): Promise<void> {
  const limit = AbortSignal.timeout(milliseconds)
  try {
    await untilUnattended(parts, id, { signal: signal ? AbortSignal.any([signal, limit]) : limit })
  } catch (error) {
    if (signal?.aborted || !isEngineError(error, 'aborted')) throw error
  }
}
