import type { CallOptions } from './call-options.ts'

export type EventType = 'container' | 'image' | 'network' | 'volume' | 'pod' | 'system'

/** Something that happened. `action` is Podman's word for it (`create`, `start`, `died`, `remove`, `pull` …). */
export interface EngineEvent {
  /** Grows by one with every event of this store: order does not depend on clocks. */
  readonly sequence: number
  readonly type: EventType
  readonly action: string
  /** Id of the container, image … */
  readonly id: string
  readonly name: string
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  readonly attributes: Readonly<Record<string, string>>
}

export type NewEvent = Pick<EngineEvent, 'type' | 'action' | 'id' | 'name'> & {
  readonly attributes?: Readonly<Record<string, string>>
}

export interface SubscribeRequest extends CallOptions {
  /** Nanoseconds since the epoch. Without `since`, from now on. */
  readonly since?: bigint
  /** Ends after events of this time; in the past: ends at once after the stored ones. */
  readonly until?: bigint
  /** Key → accepted values: `type`, `event`, `container`, `image`, `label` … Any value of a key, all keys. */
  readonly filters?: Readonly<Record<string, readonly string[]>>
}

/** Events of every process that works on the same root. */
export interface EventBus {
  publish(event: NewEvent): EngineEvent
  subscribe(request?: SubscribeRequest): AsyncIterable<EngineEvent>
}
