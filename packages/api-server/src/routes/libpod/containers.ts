import { goFlag, servedListContainer } from '@runcible/api-schema'
import type { Engine } from '@runcible/interface'
import { listRequest, listSized } from '../list-request.ts'
import type { Route } from '../route.ts'

export function libpodContainers(engine: Pick<Engine, 'containers'>): readonly Route[] {
  return [
    {
      family: 'libpod',
      methods: ['GET'],
      path: '/libpod/containers/json',
      async answer(request) {
        const wanted = listRequest(request, goFlag('all', request.query('all')), ['last', 'limit'])
        const listed = await listSized(engine.containers, wanted, goFlag('size', request.query('size')))
        return {
          body: listed.map(({ container, size }) =>
            servedListContainer(container, size && { rootFsSize: size.rootfs, rwSize: size.rw })
          )
        }
      }
    }
  ]
}
