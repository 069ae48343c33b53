import type { ContainerRecord } from '@runcible/interface'

/** Whether the record speaks of a process: running, paused, or about to be stopped. */
export const isUp = ({ status }: Pick<ContainerRecord, 'status'>): boolean =>
  status === 'running' || status === 'paused' || status === 'stopping'
