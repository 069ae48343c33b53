import type { TaskStats } from './container-runtime.ts'

/** Bytes that went through one network interface of a container, since it was made. */
export interface InterfaceStats {
  readonly interface: string
  readonly received: number
  readonly sent: number
}

/** What a container uses at one time; all zero when it does not run. */
export interface ContainerStats extends TaskStats {
  readonly id: string
  readonly name: string
  /** When they were read: milliseconds since the epoch, with fractions. */
  readonly time: number
  /** Milliseconds since the epoch; absent when it does not run. */
  readonly startedAt?: number
  /** Without the loopback interface. Empty when the container has the host's network. */
  readonly interfaces: readonly InterfaceStats[]
}
