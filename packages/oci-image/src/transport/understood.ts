import { EngineError } from '@runcible/interface'
import { SpecError } from '@runcible/oci-spec'
import { cleanText } from '../registry/redact.ts'

/** Runs a parser on what an image's place gave. */
export function understood<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    const subject = { kind: 'image', name } as const
    if (cause.message.includes('schema 1')) throw schema1(name)
    throw new EngineError('corrupt', `the description of image ${name} is wrong: ${cleanText(cause.message)}`, {
      subject,
      cause
    })
  }
}

export const schema1 = (name: string): EngineError =>
  new EngineError('unsupported', `image ${name} has the outdated manifest schema 1`, {
    subject: { kind: 'image', name },
    hint: 'push it again with a current tool'
  })
