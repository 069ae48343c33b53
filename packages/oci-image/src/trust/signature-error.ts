/** A signature that does not count. Its message completes "the signature …". */
export class SignatureError extends Error {
  override readonly name = 'SignatureError'
}
