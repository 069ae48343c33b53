import { readFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import { digestOf, isSchema1MediaType, jsonLimits, parseJson } from '@runcible/oci-spec'
import type { CommandModule } from '../../command.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: 'MANIFEST-FILE',
  flags: [],
  examples: ['runcible image manifest-digest manifest.json'],
  async run({ args, stdio }) {
    checkArguments(args, 1, 1)
    const bytes = read(args[0]!)
    refuseSchema1(bytes, args[0]!)
    stdio.stdout.write(`${digestOf(bytes)}\n`)
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new EngineError('not-found', `cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}

// The digest of a signed schema 1 manifest is that of a part of it.
function refuseSchema1(bytes: Buffer, path: string): void {
  let document: unknown
  try {
    document = parseJson(bytes, jsonLimits.manifest)
  } catch {
    return
  }
  const { mediaType, schemaVersion } = (document ?? {}) as { mediaType?: unknown; schemaVersion?: unknown }
  if (schemaVersion !== 1 && !(typeof mediaType === 'string' && isSchema1MediaType(mediaType))) return
  throw new EngineError('unsupported', `${path} has the outdated manifest schema 1`)
}
