/**
 * Types of the OCI image, runtime and distribution specifications, parsers from unknown JSON, and the runtime-spec
 * builder. Everything is pure: no file, process or network is touched.
 *
 * @packageDocumentation
 */
export { SpecError } from './spec-error.ts'
export { createDigester, digestAlgorithm, digestHex, digestOf, isDigest, parseDigest } from './digest.ts'
export type { Digest, DigestAlgorithm, Digester } from './digest.ts'
export { jsonLimits, parseJson } from './json.ts'
export type { JsonLimits, JsonObject } from './json.ts'
export { parseStrictJson } from './strict-json.ts'
export {
  dockerMediaTypes,
  isConfigMediaType,
  isDockerMediaType,
  isIndexMediaType,
  isLayerMediaType,
  isManifestMediaType,
  isNondistributableLayer,
  isSchema1MediaType,
  layerCompression,
  manifestAccept,
  ociMediaTypes
} from './media-types.ts'
export type { LayerCompression } from './media-types.ts'
export {
  acceptedPlatforms,
  formatPlatform,
  hostPlatform,
  matchPlatform,
  normalizePlatform,
  parsePlatform
} from './platform.ts'
export type { Platform } from './platform.ts'
export { parseDescriptor } from './image/descriptor.ts'
export type { Descriptor } from './image/descriptor.ts'
export { parseManifest } from './image/manifest.ts'
export type { Manifest } from './image/manifest.ts'
export { parseIndex } from './image/index-manifest.ts'
export type { Index } from './image/index-manifest.ts'
export { changeEntry, encodeIndex, withEntry, withoutEntry } from './image/edit-index.ts'
export type { EncodedIndex, EntryChange } from './image/edit-index.ts'
export { encodeManifest } from './image/encode-manifest.ts'
export type { ImageConfig, ImageHealthcheck, ImageHistory, ImageRootfs, ImageRunConfig } from './image/config.ts'
export { parseImageConfig } from './image/parse-config.ts'
export { chainId, chainIds } from './image/chain-id.ts'
export { parseImageLayout } from './image/layout.ts'
export type { ImageLayout } from './image/layout.ts'
export {
  allCapabilities,
  capabilitiesFromMask,
  defaultCapabilities,
  parseCapability,
  resolveCapabilities
} from './runtime/capabilities.ts'
export type { CapabilityRequest, ResolveCapabilities } from './runtime/capabilities.ts'
export { buildProcess, buildRuntimeSpec, capabilitySets } from './runtime/build.ts'
export { checkResources } from './runtime/resources.ts'
export { serializeSpec } from './runtime/serialize.ts'
export { defaultSeccomp } from './runtime/seccomp.ts'
export type { SeccompContext } from './runtime/seccomp.ts'
export { loadSeccompProfile } from './runtime/seccomp-profile.ts'
export type { SeccompProfileContext } from './runtime/seccomp-profile.ts'
export {
  defaultInitPath,
  defaultMaskedPaths,
  defaultOciVersion,
  defaultPidsLimit,
  defaultReadonlyPaths,
  defaultRlimits,
  defaultShmSize,
  defaultUmask,
  rlimitNames,
  unlimited
} from './runtime/defaults.ts'
export { resolveRlimits } from './runtime/rlimits.ts'
export type {
  CgroupMode,
  HostRlimits,
  InputDevice,
  InputInit,
  NamespaceChoice,
  NamespaceChoices,
  SpecInput
} from './runtime/input.ts'
export type { RuntimeSpec, SpecHook, SpecHooks, SpecMount, SpecRoot } from './runtime/spec.ts'
export type { RlimitName, SpecCapabilities, SpecProcess, SpecRlimit, SpecUser } from './runtime/process.ts'
export type {
  BlockIoResources,
  CpuResources,
  DeviceRule,
  LinuxResources,
  MemoryResources,
  NamespaceType,
  Seccomp,
  SeccompAction,
  SeccompArg,
  SeccompOperator,
  SeccompRule,
  SpecDevice,
  SpecIdMapping,
  SpecLinux,
  SpecNamespace,
  ThrottleDevice
} from './runtime/linux.ts'
export { parseRuntimeState } from './runtime/parse-state.ts'
export { parseRuntimeFeatures } from './runtime/parse-features.ts'
export type { RuntimeState, RuntimeStatus } from './runtime/state.ts'
export type { LinuxFeatures, RuntimeFeatures } from './runtime/features.ts'
export { parseErrorBody } from './distribution/error-body.ts'
export type { RegistryError } from './distribution/error-body.ts'
