import { dockerInfo, dockerVersion } from '@runcible/api-schema'
import type { System } from '@runcible/interface'
import { hostFacts } from '../../host-facts.ts'
import { ping } from '../ping.ts'
import type { Route } from '../route.ts'

export function dockerSystem(system: Pick<System, 'version' | 'info'>): readonly Route[] {
  return [
    ping('docker', '/_ping'),
    {
      family: 'docker',
      methods: ['GET'],
      path: '/version',
      answer: async () => ({ body: dockerVersion(await system.version()) })
    },
    {
      family: 'docker',
      methods: ['GET'],
      path: '/info',
      async answer({ signal }) {
        const info = await system.info({ signal })
        return { body: dockerInfo(info, hostFacts(info)) }
      }
    }
  ]
}
