import { discard } from './body.ts'
import type { RequestSubject } from './errors.ts'
import type { Repository } from './manifests.ts'
import { withRetries } from './retry.ts'

/**
 * GET of `/v2/`: that it is a registry, and that it takes the credentials there are. OCI distribution specification,
 * "Determining Support".
 */
export function pingRegistry({ session, retries }: Repository): Promise<void> {
  const subject: RequestSubject = { registry: session.registry, repository: '', kind: 'registry', target: '' }
  return withRetries(retries, async () => {
    const response = await session.send({
      method: 'GET',
      to: 'v2/',
      accept: [200],
      scopes: [],
      subject,
      signal: retries.signal
    })
    discard(response)
  })
}
