import { memoryRootfsAccess } from '@runcible/fakes'
import { describeRootfsAccess } from '@runcible/suites'

describeRootfsAccess('memoryRootfsAccess', async () => ({
  subject: memoryRootfsAccess(),
  source: { mounts: [] },
  [Symbol.asyncDispose]: async () => undefined
}))
