/**
 * Drivers together, as the engine puts them together, without the engine. There are only tests here.
 *
 * @packageDocumentation
 */
export {}
