import { policyTools, type EngineConfig } from '@runcible/config'
import type { Trust } from '@runcible/interface'
import { signatureTools } from '@runcible/oci-image'

/** The `trust` part of a local engine: files of this host, and GnuPG. */
export function localTrust(config: EngineConfig): Trust {
  return {
    policy: async (files) => (await import('./policy-files.ts')).policyText(config, files),
    show: async (files) => (await import('./show.ts')).showTrust(config, files),
    set: async (request) => (await import('./policy-files.ts')).setTrust(config, request),
    sign: async (request, options) => (await signatureTools()).signManifest(request, options),
    verify: async (request, options) => (await signatureTools()).verifyManifest(request, options),
    readUnverified: async (signature, options) => (await signatureTools()).readUnverified(signature, options),
    async signImage(name, request, options) {
      const [{ signRegistryImage }, { imageStoreInit }] = await Promise.all([
        signatureTools(),
        import('../assemble.ts')
      ])
      const places = async () => (await policyTools()).readSignaturePlaces(config.trust)
      return signRegistryImage({ init: imageStoreInit(config), places, name, request }, options)
    },
    generateKey: async (passphrase) => (await signatureTools()).generateSigstoreKey(passphrase)
  }
}
