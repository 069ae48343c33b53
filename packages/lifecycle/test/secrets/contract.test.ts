import { fakeSecrets } from '@runcible/fakes'
import { describeSecrets } from '@runcible/suites'
import { fakeEngine } from '../support/fake-engine.ts'

describeSecrets('files', async () => {
  const bench = await fakeEngine()
  return { secrets: bench.engine.secrets, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() }
})

describeSecrets('the fake', async () => ({ secrets: fakeSecrets(), [Symbol.asyncDispose]: async () => {} }))
