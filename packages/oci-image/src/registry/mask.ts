import { EngineError, isEngineError } from '@runcible/interface'
import { RetryableError } from './retry.ts'

// What is shorter is no secret, and would turn up in any text.
const shortest = 4

/**
 * An error without the given secrets: a registry may repeat in its answers what it was sent. Causes go where something
 * was found.
 */
export function masked(error: unknown, secrets: Iterable<string>): unknown {
  const hidden = [...secrets]
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
  if (hidden.length === 0) return error
  if (error instanceof RetryableError) {
    const inner = maskedError(error.error, hidden)
    return inner === error.error ? error : new RetryableError(inner, error.retryAfter)
  }
  return isEngineError(error) ? maskedError(error, hidden) : error
}

function maskedError(error: EngineError, hidden: readonly string[]): EngineError {
  const mask = (text: string): string => hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  const [message, hint] = [mask(error.message), error.hint === undefined ? undefined : mask(error.hint)]
  if (message === error.message && hint === error.hint) return error
  const { code, subject } = error
  return new EngineError(code, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(hint === undefined ? {} : { hint })
  })
}
