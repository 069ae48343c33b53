import { findPolicy, openPolicy, parsePolicy, readSignaturePlaces, type EngineConfig } from '@runcible/config'
import { registrySignatures, signaturePolicy, type OciImageStoreInit } from '@runcible/oci-image'

/** Which images are taken, and where their signatures are: policy.json and registries.d, read when an image comes in. */
export function imageTrust(config: Pick<EngineConfig, 'trust'>) {
  const parsed = ({ file, text }: { readonly file: string; readonly text: string }) => parsePolicy(file, text)
  return {
    signaturePolicy: signaturePolicy({
      policy() {
        const found = findPolicy(config.trust.policies)
        return found && parsed(found)
      },
      open: (file) => parsed(openPolicy(file))
    }),
    signatures: registrySignatures({ places: () => readSignaturePlaces(config.trust) })
  } satisfies OciImageStoreInit
}
