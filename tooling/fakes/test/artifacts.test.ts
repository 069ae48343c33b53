import { describeArtifacts } from '@runcible/suites'
import { fakeArtifacts } from '../src/index.ts'

describeArtifacts('fake', async () => {
  let count = 0
  return {
    artifacts: fakeArtifacts(),
    freshName: () => `registry.example.com/artifact-${count++}:1`,
    [Symbol.asyncDispose]: async () => undefined
  }
})
