import { existsSync, writeFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import type { Stdio } from '../../stdio.ts'
import { askSecret } from '../../terminal/ask.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { readInput } from './read-input.ts'

export const command: CommandModule = {
  usage: '[options] --output-prefix PREFIX',
  description: 'Makes a key pair for sigstore signatures: PREFIX.pub, and PREFIX.private, which is encrypted.',
  flags: [
    { name: 'output-prefix', kind: 'string', value: 'path', help: 'Where the keys go' },
    {
      name: 'passphrase-file',
      kind: 'string',
      value: 'file',
      help: 'File whose first line is the passphrase of the key'
    }
  ],
  examples: ['runcible image generate-sigstore-key --output-prefix team --passphrase-file secret'],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 0, 0)
    const prefix = flags.text('output-prefix')
    if (prefix === undefined || prefix === '') throw new UsageError('--output-prefix is required')
    const [publicFile, privateFile] = [`${prefix}.pub`, `${prefix}.private`]
    for (const file of [publicFile, privateFile]) {
      if (existsSync(file))
        throw new EngineError('already-exists', `refusing to overwrite existing ${JSON.stringify(file)}`, {
          hint: 'name another --output-prefix'
        })
    }
    const passphraseFile = flags.text('passphrase-file')
    const passphrase =
      passphraseFile === undefined
        ? await askTwice(stdio, privateFile)
        : readInput(passphraseFile).toString('utf8').split(/\r?\n/, 1)[0]!
    const { trust } = await engine()
    const { privateKey, publicKey } = await trust.generateKey(passphrase)
    writeFileSync(privateFile, privateKey, { mode: 0o600, flag: 'wx' })
    writeFileSync(publicFile, publicKey, { mode: 0o644, flag: 'wx' })
    stdio.stdout.write(`Key written to ${JSON.stringify(privateFile)} and ${JSON.stringify(publicFile)}\n`)
  }
}

async function askTwice(stdio: Stdio, file: string): Promise<string> {
  const elsewhere = 'give --passphrase-file'
  const passphrase = await askSecret(stdio, `Passphrase for key ${file}: `, elsewhere)
  if ((await askSecret(stdio, `Passphrase for key ${file} (again): `, elsewhere)) === passphrase) return passphrase
  throw new EngineError('invalid-argument', 'the passphrases do not match')
}
