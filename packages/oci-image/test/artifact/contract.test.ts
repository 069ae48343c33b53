import { describe } from 'vitest'
import { describeArtifacts } from '@runcible/suites'
import { ociArtifacts } from '../../src/index.ts'
import { sandbox } from '../sandbox.ts'

describe.each([
  ['with the referrers API', true],
  ['with referrers tags', false]
])('%s', (_, referrers) => {
  describeArtifacts('oci-image over in-memory parts', async () => {
    const box = await sandbox({}, { referrers })
    let count = 0
    return {
      artifacts: ociArtifacts({ registries: { insecure: [box.registry.host] } })(box.components),
      freshName: () => `${box.registry.host}/artifacts-${count++}:v1`,
      [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]()
    }
  })
})
