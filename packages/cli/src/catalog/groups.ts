/** Headings of the main help. */
export const containers = 'Containers'
export const inside = 'Inside a container'
export const images = 'Images'
export const host = 'This host'
