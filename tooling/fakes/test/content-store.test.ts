import { fakeContentStore } from '@runcible/fakes'
import { describeContentStore } from '@runcible/suites'

describeContentStore('fakeContentStore', async () => ({
  subject: fakeContentStore(),
  [Symbol.asyncDispose]: async () => undefined
}))
