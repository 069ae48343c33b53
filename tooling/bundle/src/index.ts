/**
 * Bundles the apps into split, lazily loaded CommonJS with an executable beside it.
 * @packageDocumentation
 */
export { bundleApp } from './bundle-app.ts'
export { bundle, type BundleInput } from './bundle.ts'
export { installExecutables } from './install.ts'
export { localLauncher, portableLauncher } from './launcher.ts'
