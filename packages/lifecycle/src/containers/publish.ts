import type { ContainerRecord, EngineEvent, EventBus } from '@runcible/interface'

/** Publishes an event of a container, with its image, name and labels as Podman's events have them. */
export function publishContainer(
  events: Pick<EventBus, 'publish'>,
  action: string,
  container: Pick<ContainerRecord, 'id' | 'name' | 'config'>,
  attributes: Readonly<Record<string, string>> = {}
): EngineEvent {
  const { labels, image } = container.config
  return events.publish({
    type: 'container',
    action,
    id: container.id,
    name: container.name,
    attributes: { ...labels, image: image.name, ...attributes }
  })
}
