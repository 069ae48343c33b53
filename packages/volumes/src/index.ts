/**
 * Volumes: directories that outlive containers. Named and anonymous ones below one root, filled from the image at their
 * first use, or backed by a tmpfs, a directory of the host or any other file system.
 *
 * @packageDocumentation
 */
export { localVolumes, type LocalVolumesInit } from './local-volumes.ts'
