/**
 * The table of packages, from which every manifest is generated, and the layer rules it must keep.
 * @packageDocumentation
 */
export * from './layers.ts'
export * from './manifest.ts'
export * from './packages.ts'
export * from './problems.ts'
export * from './readme.ts'
