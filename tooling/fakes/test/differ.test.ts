import { fakeContentStore, fakeDiffer } from '@runcible/fakes'
import { describeDiffer } from '@runcible/suites'

describeDiffer('fakeDiffer', async () => {
  const content = fakeContentStore()
  return { subject: fakeDiffer({ content }), content, mounts: [], [Symbol.asyncDispose]: async () => undefined }
})
