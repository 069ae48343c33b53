export * from './event-bus.ts'
export type { NetworkDriverSubject, NetworkWorld } from './network-driver-subject.ts'
export * from './network-driver.ts'
export * from './state-store.ts'
