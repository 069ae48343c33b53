import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineEvent, EventBus, NewEvent, SubscribeRequest } from '@runcible/interface'

export interface EventBusSubject extends AsyncDisposable {
  readonly events: EventBus
  /** A second handle on the same events, as another process has it. */
  readonly other: EventBus
}

const event = (action: string, id = 'c1', more: Partial<NewEvent> = {}): NewEvent => ({
  type: 'container',
  action,
  id,
  name: `name-${id}`,
  ...more
})

/** Takes `count` events, then ends the subscription. */
async function take(bus: EventBus, count: number, request: SubscribeRequest = {}): Promise<EngineEvent[]> {
  const taken: EngineEvent[] = []
  for await (const entry of bus.subscribe(request)) {
    taken.push(entry)
    if (taken.length === count) break
  }
  return taken
}

const actions = (events: readonly EngineEvent[]) => events.map((entry) => entry.action)

/** What every `EventBus` must do. */
export function describeEventBus(name: string, setup: () => Promise<EventBusSubject>): void {
  describe(`EventBus: ${name}`, () => {
    let subject: EventBusSubject
    beforeEach(async () => {
      subject = await setup()
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    it('numbers events without gaps and gives them back as published', async () => {
      const first = subject.events.publish(event('create', 'c1', { attributes: { image: 'busybox' } }))
      const second = subject.other.publish(event('start'))
      expect(second.sequence).toBe(first.sequence + 1)
      expect(await take(subject.events, 2, { since: 0n })).toEqual([first, second])
      expect(first.attributes).toEqual({ image: 'busybox' })
    })

    it('delivers what the other handle publishes after the subscription began', async () => {
      subject.events.publish(event('before'))
      const taken = take(subject.events, 2)
      await new Promise((resolve) => setTimeout(resolve, 20))
      subject.other.publish(event('one'))
      subject.other.publish(event('two'))
      expect(actions(await taken)).toEqual(['one', 'two'])
    })

    it('ends at once when until is past', async () => {
      const { time } = subject.events.publish(event('one'))
      subject.events.publish(event('two'))
      expect(actions(await take(subject.events, 9, { since: 0n, until: time }))).toEqual(['one'])
    })

    it('ends when the signal fires', async () => {
      const controller = new AbortController()
      const taken = take(subject.events, 1, { signal: controller.signal })
      controller.abort()
      expect(await taken).toEqual([])
    })

    it('filters: any value of a key, all keys', async () => {
      subject.events.publish(event('create', 'abc', { attributes: { role: 'web' } }))
      subject.events.publish(event('start', 'abd'))
      subject.events.publish(event('pull', 'abe', { type: 'image' }))
      const until = BigInt(Date.now() + 1) * 1_000_000n
      const select = async (filters: Record<string, string[]>) =>
        actions(await take(subject.events, 9, { since: 0n, until, filters }))
      expect(await select({ type: ['image'] })).toEqual(['pull'])
      expect(await select({ event: ['create', 'start'] })).toEqual(['create', 'start'])
      expect(await select({ container: ['ab'] })).toEqual(['create', 'start'])
      expect(await select({ container: ['name-abd'], event: ['create'] })).toEqual([])
      expect(await select({ label: ['role=web'] })).toEqual(['create'])
      expect(await select({ label: ['role'] })).toEqual(['create'])
      expect(await select({ label: ['toString'] })).toEqual([])
    })
  })
}
