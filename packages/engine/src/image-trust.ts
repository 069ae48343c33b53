import { join, resolve } from 'node:path'
import {
  findPolicy,
  openPolicy,
  policyTools,
  type EngineConfig,
  type PolicyText,
  type TrustPaths
} from '@runcible/config'
import { registrySignatures, signaturePolicy, type OciImageStoreInit } from '@runcible/oci-image'

/** Which images are taken, and where their signatures are: policy.json and registries.d, read when an image comes in. */
export function imageTrust(config: Pick<EngineConfig, 'paths' | 'trust'>) {
  const parsed = async ({ file, text }: PolicyText) => (await policyTools()).parsePolicy(file, text)
  return {
    signaturePolicy: signaturePolicy({
      policy: async () => {
        const found = findPolicy(config.trust.policies)
        return found && parsed(found)
      },
      open: async (file) => parsed(openPolicy(file)),
      tmp: join(config.paths.runRoot, 'tmp')
    }),
    signatures: registrySignatures({
      places: async (directory) => (await policyTools()).readSignaturePlaces(placesIn(config.trust, directory))
    })
  } satisfies OciImageStoreInit
}

/** The paths with another registries.d, if one is named. */
export const placesIn = (trust: TrustPaths, directory: string | undefined): TrustPaths =>
  directory === undefined ? trust : { ...trust, registriesDirectories: [resolve(directory)] }
