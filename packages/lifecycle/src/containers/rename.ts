import type { ReconcileParts } from './reconcile.ts'
import { checkContainerName } from '../resolve-name.ts'
import { withContainer } from '../with-container.ts'
import { publishContainer } from './publish.ts'

/** Gives a container another name. `already-exists`. */
export async function renameContainer(parts: ReconcileParts, name: string, newName: string): Promise<void> {
  checkContainerName(newName)
  await withContainer(parts, name, {}, (record) => {
    parts.state.transaction(({ containers }) => {
      const renamed = containers.update(record.id, (current) => ({ ...current, name: newName }))
      publishContainer(parts.events, 'rename', renamed)
    })
  })
}
