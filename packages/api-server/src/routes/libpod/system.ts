import { servedInfo, servedVersion } from '@runcible/api-schema'
import type { System } from '@runcible/interface'
import { hostFacts } from '../../host-facts.ts'
import { ping } from '../ping.ts'
import type { Route } from '../route.ts'

/** `socket` tells the address that the server listens on at that moment. */
export function libpodSystem(
  system: Pick<System, 'version' | 'info'>,
  socket: () => string | undefined
): readonly Route[] {
  return [
    ping('libpod', '/libpod/_ping'),
    {
      family: 'libpod',
      methods: ['GET'],
      path: '/libpod/version',
      answer: async () => ({ body: servedVersion(await system.version()) })
    },
    {
      family: 'libpod',
      methods: ['GET'],
      path: '/libpod/info',
      async answer({ signal }) {
        const info = await system.info({ signal })
        return { body: servedInfo(info, { ...hostFacts(info), socket: socket() }) }
      }
    }
  ]
}
