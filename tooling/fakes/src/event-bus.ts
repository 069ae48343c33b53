import { EventEmitter, on } from 'node:events'
import type { EngineEvent, EventBus } from '@runcible/interface'

type Matcher = (event: EngineEvent, key: string, value: string) => boolean

const matches: Matcher = (event, key, value) => {
  if (key === 'type') return event.type === value
  if (key === 'event') return event.action === value
  if (key !== 'label') return event.type === key && (event.name === value || event.id.startsWith(value))
  const [name = '', wanted] = value.split('=')
  return Object.hasOwn(event.attributes, name) && (wanted === undefined || event.attributes[name] === wanted)
}

/** An `EventBus` in memory. */
export function fakeEventBus(): EventBus {
  const stored: EngineEvent[] = []
  const emitter = new EventEmitter()
  return {
    publish(event) {
      const time = BigInt(Date.now()) * 1_000_000n + BigInt(stored.length)
      const published = { ...event, attributes: event.attributes ?? {}, sequence: stored.length + 1, time }
      stored.push(published)
      emitter.emit('event', published)
      return published
    },
    async *subscribe({ since, until, filters = {}, signal } = {}) {
      const passes = (event: EngineEvent) =>
        Object.entries(filters).every(
          ([key, values]) => values.length === 0 || values.some((value) => matches(event, key, value))
        )
      const live = on(emitter, 'event', signal ? { signal } : {})
      const past =
        since === undefined
          ? []
          : stored.filter((event) => event.time >= since && (until === undefined || event.time <= until))
      for (const event of past) if (passes(event)) yield event
      if (until !== undefined && until <= BigInt(Date.now() + 1) * 1_000_000n) return
      try {
        for await (const [event] of live as AsyncIterable<[EngineEvent]>) if (passes(event)) yield event
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    }
  }
}
