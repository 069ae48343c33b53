export * from './event-bus.ts'
export * from './state-store.ts'
