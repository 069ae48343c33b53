import type { Digest } from '@runcible/oci-spec'
import { formatReference, type QualifiedReference } from '../../reference.ts'

/** An image of a Docker daemon: by name, or by the id that it has there. */
export type DaemonImage = { readonly reference: QualifiedReference } | { readonly id: Digest }

/** As the daemon knows it. */
export const daemonName = (image: DaemonImage): string => ('id' in image ? image.id : formatReference(image.reference))
