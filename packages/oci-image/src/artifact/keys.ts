/** Annotations of artifacts. OCI image specification, "Pre-Defined Annotation Keys". */
export const titleKey = 'org.opencontainers.image.title'
export const createdKey = 'org.opencontainers.image.created'
