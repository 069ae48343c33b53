import { dockerFlag, dockerListContainer } from '@runcible/api-schema'
import type { Engine } from '@runcible/interface'
import { listRequest, listSized } from '../list-request.ts'
import type { Route } from '../route.ts'

export function dockerContainers(engine: Pick<Engine, 'containers' | 'volumes'>): readonly Route[] {
  return [
    {
      family: 'docker',
      methods: ['GET'],
      path: '/containers/json',
      async answer(request) {
        const wanted = listRequest(request, dockerFlag(request.query('all')), ['limit'])
        const listed = await listSized(engine.containers, wanted, dockerFlag(request.query('size')))
        const hasVolumes = listed.some(({ container }) => container.config.mounts.some(({ type }) => type === 'volume'))
        const volumes = hasVolumes ? await engine.volumes.list({ signal: request.signal }) : []
        const now = Date.now()
        return {
          body: listed
            .toSorted((one, other) => other.container.createdAt - one.container.createdAt)
            .map(({ container, size }) => dockerListContainer(container, { now, size, volumes }))
        }
      }
    }
  ]
}
