import type { ContainerRecord, PortMapping } from '@runcible/interface'

/** Podman's word for a container's state. */
export function stateName({ status }: Pick<ContainerRecord, 'status'>): string {
  return status
}

/** The ports that lead into a container: decided ones while it is on a network, else those asked for. */
export function publishedPorts({
  attachment,
  config
}: Pick<ContainerRecord, 'attachment' | 'config'>): readonly PortMapping[] {
  return attachment === undefined || attachment.ports.length === 0 ? config.ports : attachment.ports
}

/** Whether it ended, cleaned up or not. */
export function hasExited({ status }: Pick<ContainerRecord, 'status'>): boolean {
  return status === 'exited' || status === 'stopped'
}
