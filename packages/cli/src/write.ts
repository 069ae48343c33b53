import type { OutputStream } from './stdio.ts'

/** Writes, and waits while the reader is slow. False when nobody reads any more. */
export async function writeOut(stream: OutputStream, text: string): Promise<boolean> {
  if (!stream.write(text)) await drained(stream)
  return !stream.destroyed
}

async function drained(stream: OutputStream): Promise<void> {
  if (!stream.writableNeedDrain) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const settle = (): void => {
    stream.off('drain', settle).off('error', settle).off('close', settle)
    resolve()
  }
  stream.on('drain', settle).on('error', settle).on('close', settle)
  await promise
}

/** Aborted as soon as a write found that nobody reads any more. For as long as it is not disposed, that is no error. */
export function readerOf(stream: OutputStream): { readonly gone: AbortSignal } & Disposable {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  stream.on('error', end)
  return {
    gone: controller.signal,
    [Symbol.dispose]() {
      // What was written last may still fail.
      setImmediate(() => stream.off('error', end))
    }
  }
}
