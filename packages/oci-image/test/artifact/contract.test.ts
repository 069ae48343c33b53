import { describeArtifacts } from '@runcible/suites'
import { ociArtifacts } from '../../src/index.ts'
import { sandbox } from '../sandbox.ts'

describeArtifacts('oci-image over in-memory parts', async () => {
  const box = await sandbox()
  let count = 0
  return {
    artifacts: ociArtifacts({ registries: { insecure: [box.registry.host] } })(box.components),
    freshName: () => `${box.registry.host}/artifacts-${count++}:v1`,
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]()
  }
})
