import { EngineError, isEngineError, type LoginRequest, type Registries, type RegistryAuth } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { accessFlags } from '../../flags/transfer.ts'
import { askLine, askSecret, readAll } from '../../terminal/ask.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { credentialFileFlags, namedRegistry, readCredentialFiles } from './credential-files.ts'

export const command: CommandModule = {
  usage: '[options] [REGISTRY]',
  description:
    'REGISTRY is HOST[:PORT], or with a path for credentials of one repository; by default the first registry that short names are looked for in. The registry is asked before anything is stored.',
  flags: [
    { name: 'username', short: 'u', kind: 'string', value: 'user', help: 'User name' },
    {
      name: 'password',
      short: 'p',
      kind: 'string',
      value: 'password',
      help: 'Password; others on this host can see it'
    },
    { name: 'password-stdin', kind: 'bool', help: 'Read the password from the standard input' },
    { name: 'get-login', kind: 'bool', help: 'Print who is logged in' },
    {
      name: 'secret',
      kind: 'string',
      value: 'name',
      help: 'Take the password from a secret, whose name is the user unless --username says it'
    },
    { name: 'verbose', short: 'v', kind: 'bool', help: 'Print where the credentials are kept' },
    ...credentialFileFlags,
    ...accessFlags.filter(({ name }) => name !== 'authfile')
  ],
  examples: ['runcible login quay.io', 'runcible login -u ann --password-stdin localhost:5000 < password'],
  async run(context) {
    const { flags, args, stdio } = context
    checkArguments(args, 0, 1)
    checkFlags(context)
    const { registries } = await context.engine()
    const place = namedRegistry(args[0], registries)
    const files = readCredentialFiles(flags)
    if (flags.bool('get-login')) {
      const user = await registries.user(place, files)
      if (user === undefined) throw new EngineError('not-found', `not logged into ${place}`)
      stdio.stdout.write(`${user}\n`)
      return
    }
    const certificateDir = flags.text('cert-dir')
    const request: LoginRequest = {
      ...files,
      ...(certificateDir === undefined ? {} : { certificateDir }),
      ...(flags.has('tls-verify') ? { tlsVerify: flags.bool('tls-verify') } : {})
    }
    const isGiven = ['username', 'password', 'secret'].some((name) => flags.has(name))
    const known = isGiven ? undefined : await registries.user(place, files)
    if (known !== undefined && (await stillValid(context, registries, { place, request }))) return
    const auth = (await secretCredentials(context)) ?? (await readCredentials(context, known))
    await logIn(context, registries, { place, request: { ...request, auth } })
  }
}

function checkFlags({ flags }: CommandContext): void {
  if (flags.has('secret') && (flags.has('password') || flags.bool('password-stdin')))
    throw new UsageError('--secret excludes --password and --password-stdin')
  if (!flags.bool('password-stdin')) return
  if (flags.has('password')) throw new UsageError("Can't specify both --password-stdin and --password")
  if (!flags.has('username')) throw new UsageError('Must provide --username with --password-stdin')
}

interface Attempt {
  readonly place: string
  readonly request: LoginRequest
}

async function stillValid(
  { stdio, interruption }: CommandContext,
  registries: Registries,
  { place, request }: Attempt
): Promise<boolean> {
  stdio.stdout.write(`Authenticating with existing credentials for ${place}\n`)
  try {
    const { registry } = await registries.login(place, request, { signal: interruption.signal })
    stdio.stdout.write(`Existing credentials are valid. Already logged in to ${registry}\n`)
    return true
  } catch (error) {
    if (!isEngineError(error, 'unauthorized')) throw error
    stdio.stdout.write('Existing credentials are invalid, please enter valid username and password\n')
    return false
  }
}

async function secretCredentials({ flags, engine }: CommandContext): Promise<RegistryAuth | undefined> {
  const name = flags.text('secret')
  if (name === undefined) return undefined
  const data = await (await engine()).secrets.reveal(name)
  const password = Buffer.from(data)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  return { username: flags.text('username') ?? name, password }
}

async function readCredentials({ flags, stdio }: CommandContext, known: string | undefined): Promise<RegistryAuth> {
  const username = flags.text('username') ?? (await askUsername({ stdio }, known))
  if (username === '') throw new UsageError('a user name is needed')
  const password = flags.bool('password-stdin')
    ? await readAll(stdio)
    : (flags.text('password') ??
      (await askSecret(stdio, 'Password: ', 'use --password-stdin and send it on the standard input')))
  if (password === '') throw new UsageError('a password is needed')
  return { username, password }
}

async function askUsername({ stdio }: Pick<CommandContext, 'stdio'>, known: string | undefined): Promise<string> {
  const answer = await askLine(stdio, known === undefined ? 'Username: ' : `Username (${known}): `)
  return answer === '' ? (known ?? '') : answer
}

async function logIn(
  { flags, stdio, interruption }: CommandContext,
  registries: Registries,
  { place, request }: Attempt
): Promise<void> {
  try {
    const { keptIn } = await registries.login(place, request, { signal: interruption.signal })
    if (flags.bool('verbose')) stdio.stdout.write(`Used:  ${keptIn}\n`)
    stdio.stdout.write('Login Succeeded!\n')
  } catch (cause) {
    if (!isEngineError(cause, 'unauthorized')) throw cause
    throw new EngineError('unauthorized', `logging into "${place}": invalid username/password`, { cause })
  }
}
