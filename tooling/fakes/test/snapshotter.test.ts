import { fakeSnapshotter } from '@runcible/fakes'
import { describeSnapshotter } from '@runcible/suites'

describeSnapshotter('fakeSnapshotter', async () => ({
  subject: fakeSnapshotter(),
  [Symbol.asyncDispose]: async () => undefined
}))
