import { readFileSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { findPolicy, openPolicy, policyTools, type EngineConfig, type PolicyText } from '@runcible/config'
import { EngineError, type SetTrustRequest, type TrustFiles } from '@runcible/interface'

/** The policy that counts. `not-found` when there is none. */
export function policyText(config: Pick<EngineConfig, 'trust'>, { policyFile }: TrustFiles = {}): PolicyText {
  if (policyFile !== undefined) return openPolicy(resolve(policyFile))
  const found = findPolicy(config.trust.policies)
  if (found !== undefined) return found
  throw new EngineError(
    'not-found',
    `there is no signature policy, so every image is accepted; it would be ${config.trust.newPolicy}`,
    {
      hint: 'runcible image trust set --type accept default'
    }
  )
}

export async function setTrust(config: Pick<EngineConfig, 'trust'>, request: SetTrustRequest): Promise<void> {
  const { policyFile, scope, type } = request
  checkScope(scope)
  const keyFiles = request.keyFiles.map((file) => existingKey(resolve(file)))
  const found = findPolicy(policyFile === undefined ? config.trust.policies : [resolve(policyFile)])
  const file = found?.file ?? (policyFile === undefined ? config.trust.newPolicy : resolve(policyFile))
  const { editPolicy } = await policyTools()
  await replaceFile(file, editPolicy(file, found?.text, { scope, type, keyFiles }))
}

/** A scope that no image can have would be a rule without effect. */
function checkScope(scope: string): void {
  const isScope =
    /^(?:\*\.)?[A-Za-z0-9.-]+(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]*|@sha256:[0-9a-f]{64})?$/.test(
      scope
    )
  if (isScope || scope === 'default') return
  throw new EngineError('invalid-argument', `invalid image uri: ${JSON.stringify(scope.slice(0, 200))}`, {
    hint: 'write a registry, a namespace, a repository, *.HOST or "default"'
  })
}

function existingKey(file: string): string {
  try {
    readFileSync(file)
    return file
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError('not-found', `cannot read the public key ${file}: ${code}`, { cause: error })
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    await using handle = await open(beside, 'wx', 0o644)
    await handle.writeFile(text)
    await handle.sync()
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError(code === 'EACCES' ? 'permission-denied' : 'unavailable', `cannot write ${file}: ${code}`, {
      cause: error
    })
  }
}
