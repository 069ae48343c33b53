import { EngineError } from '@runcible/interface'
import { jsonLimits, parseJson } from '@runcible/oci-spec'
import { abortedError } from './errors.ts'
import type { Credentials } from './auth-file.ts'

export interface HelperRequest {
  /** The part after `docker-credential-`. */
  readonly helper: string
  /** What the helper keeps the credentials under. */
  readonly server: string
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; 30 seconds when absent. */
  readonly timeout?: number
}

const longestAnswer = 64 * 1024

/**
 * Asks `docker-credential-HELPER get`: the server on its standard input, one JSON document back.
 * `undefined` when it has nothing for that server.
 *
 * @throws EngineError `unavailable` when the helper is missing, fails or does not answer in time.
 */
export async function askCredentialHelper(request: HelperRequest): Promise<Credentials | undefined> {
  const program = programOf(request)
  const { code, output } = await run([program, 'get'], `${request.server}\n`, request)
  if (code !== 0) {
    if (saysNothing(output)) return undefined
    // The output may hold secrets of a half-working helper: it is not shown.
    throw failed(program, `exited with status ${code}`)
  }
  return readAnswer(program, output)
}

/** Gives `docker-credential-HELPER store` the credentials to keep. */
export async function storeInHelper(
  request: HelperRequest,
  { username, password }: { readonly username: string; readonly password: string }
): Promise<void> {
  const program = programOf(request)
  const document = { ServerURL: request.server, Username: username, Secret: password }
  const { code } = await run([program, 'store'], JSON.stringify(document), request)
  if (code !== 0) throw failed(program, `could not store the credentials: it exited with status ${code}`)
}

/** `docker-credential-HELPER erase`. Whether it had any: some helpers succeed in either case. */
export async function eraseFromHelper(request: HelperRequest): Promise<boolean> {
  const program = programOf(request)
  const { code, output } = await run([program, 'erase'], request.server, request)
  if (code === 0) return true
  if (saysNothing(output)) return false
  throw failed(program, `could not remove the credentials: it exited with status ${code}`)
}

/** Every server that `docker-credential-HELPER list` has credentials for. */
export async function serversOfHelper(request: Omit<HelperRequest, 'server'>): Promise<readonly string[]> {
  const program = programOf(request)
  const { code, output } = await run([program, 'list'], '', request)
  if (code !== 0) throw failed(program, `exited with status ${code}`)
  return Object.keys(parseAnswer(program, output))
}

const saysNothing = (output: string): boolean => /not found|no credentials/i.test(output)

function programOf({ helper }: Pick<HelperRequest, 'helper'>): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(helper)) return `docker-credential-${helper}`
  throw new EngineError(
    'invalid-argument',
    `${JSON.stringify(helper.slice(0, 80))} is not the name of a credential helper`
  )
}

function readAnswer(program: string, output: string): Credentials {
  const answer = parseAnswer(program, output)
  const { Username: username, Secret: secret } = answer as { Username?: unknown; Secret?: unknown }
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw failed(program, 'gave an answer without Username and Secret')
  return username === '<token>' ? { identityToken: secret } : { username, password: secret }
}

function parseAnswer(program: string, output: string): object {
  try {
    const answer = parseJson(output, jsonLimits.errorBody)
    if (typeof answer === 'object' && answer !== null) return answer
  } catch {
    // Reported below: the parser's message could quote a secret.
  }
  throw failed(program, 'gave an answer that is not JSON')
}

const failed = (program: string, why: string, cause?: unknown): EngineError =>
  new EngineError('unavailable', `the credential helper ${program} ${why}`, {
    hint: 'mend it, or take it out of credHelpers and credsStore of the auth file',
    cause
  })

async function run(
  [program, verb]: readonly [string, string],
  input: string,
  request: Pick<HelperRequest, 'signal' | 'timeout'>
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { spawn } = await import('node:child_process')
  const deadline = AbortSignal.timeout(request.timeout ?? 30_000)
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal])
  return new Promise((resolve, reject) => {
    const child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.length > longestAnswer) child.kill('SIGKILL')
    })
    child.on('error', (error) => {
      if (request.signal?.aborted === true) reject(abortedError(request.signal))
      else if (deadline.aborted) reject(failed(program, 'does not answer'))
      else
        reject(
          failed(
            program,
            (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not installed' : 'cannot be run',
            error
          )
        )
    })
    child.on('close', (code) => resolve({ code, output }))
    // A helper that ends without reading its input is judged by its answer.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
