/**
 * What becomes of a package when it is built and published.
 * @packageDocumentation
 */
export { builtUrls } from './built-urls.ts'
export { packAll, type Packed } from './pack-all.ts'
