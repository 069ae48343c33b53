/**
 * JSON as Podman prints and serves it, made from engine values. Pure: no I/O, and nothing that the engine does not know.
 * Objects with names from outside as keys (labels, networks, ports) have no prototype and sorted keys.
 *
 * @packageDocumentation
 */
export { sortedRecord, withOptional } from './record.ts'
export { epochSeconds, rfc3339, zeroSeconds, zeroTime } from './time.ts'
export { hasExited, publishedPorts, stateName } from './libpod/container-state.ts'
export { listContainer } from './libpod/container-list.ts'
export type { ContainerSize, ListContainer, ListPort } from './libpod/container-list.ts'
export { inspectContainer } from './libpod/container-inspect.ts'
export type { InspectOptions } from './libpod/container-inspect.ts'
export { listImage, printImage } from './libpod/image.ts'
export { inspectImage } from './libpod/image-inspect.ts'
export type { ListImage } from './libpod/image.ts'
export { nanosecondTime, printEvent } from './libpod/event.ts'
export { inspectSecret } from './libpod/secret.ts'
export type { InspectSecret } from './libpod/secret.ts'
export { inspectVolume } from './libpod/volume.ts'
export type { InspectVolume } from './libpod/volume.ts'
export { inspectNetwork } from './libpod/network.ts'
export type { InspectNetwork, InspectSubnet } from './libpod/network.ts'
export { infoReport, versionReport } from './libpod/system.ts'
export { apiVersions, checkDockerVersion, checkLibpodVersion } from './versions.ts'
export { dockerErrorBody, libpodErrorBody, statusOf } from './error-body.ts'
export type { DockerErrorBody, LibpodErrorBody } from './error-body.ts'
export { checkContainerFilters, parseFilters } from './filters.ts'
export type { Filters } from './filters.ts'
export { countLimit, dockerFlag, goFlag } from './query.ts'
export { durationText } from './docker/duration.ts'
export { dockerListContainer } from './docker/container-list.ts'
export type {
  DockerEndpoint,
  DockerListContainer,
  DockerListOptions,
  DockerMountPoint,
  DockerPort
} from './docker/container-list.ts'
export { dockerInfo, dockerVersion } from './docker/system.ts'
export type { DockerHostFacts } from './docker/system.ts'
export { servedInfo, servedListContainer, servedVersion } from './libpod/service.ts'
export type { ServedInfoFacts, ServedListContainer } from './libpod/service.ts'
