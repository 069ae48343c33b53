/** What went wrong, with what went wrong while cleaning up after it. */
export function errorText(error: unknown): string {
  if (error instanceof SuppressedError) return `${errorText(error.suppressed)}; then: ${errorText(error.error)}`
  return error instanceof Error ? error.message : String(error)
}
