/**
 * A document or value that does not follow its specification.
 *
 * `path` is a JSON pointer (RFC 6901) to the offending value, `''` for the whole document.
 */
export class SpecError extends Error {
  readonly path: string

  constructor(message: string, path = '', options?: ErrorOptions) {
    super(path === '' ? message : `${path}: ${message}`, options)
    this.name = 'SpecError'
    this.path = path
  }
}
