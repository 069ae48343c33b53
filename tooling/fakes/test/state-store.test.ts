import { describeEventBus, describeStateStore } from '@runcible/suites'
import { fakeEventBus, fakeStateStore } from '@runcible/fakes'

describeStateStore('fake', async () => {
  const state = fakeStateStore()
  return { state, other: state, [Symbol.asyncDispose]: async () => {} }
})

describeEventBus('fake', async () => {
  const events = fakeEventBus()
  return { events, other: events, [Symbol.asyncDispose]: async () => {} }
})
