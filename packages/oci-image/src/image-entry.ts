import { type Descriptor, isIndexMediaType, isManifestMediaType } from '@runcible/oci-spec'

/** Whether an entry of a layout may be an image: attestations and other artifacts say that they are something else. */
export const isImageEntry = ({ mediaType, artifactType }: Descriptor): boolean =>
  artifactType === undefined && (isManifestMediaType(mediaType) || isIndexMediaType(mediaType))
