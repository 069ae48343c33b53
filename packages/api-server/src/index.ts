/**
 * The HTTP API over an `Engine`, in the two dialects that container tools speak: Docker's and libpod's. It serves
 * `_ping`, `version`, `info` and the container list, on a unix socket of its own or one that systemd hands over.
 *
 * @packageDocumentation
 */
export { createApiServer } from './server.ts'
export type { ApiServer, ApiServerInit } from './server.ts'
export type { InjectedRequest, InjectedResponse } from './inject.ts'
export { defaultLimits } from './limits.ts'
export type { ApiLimits } from './limits.ts'
export { parseListenAddress } from './listen/address.ts'
export type { ListenTarget } from './listen/address.ts'
export { activatedDescriptors } from './listen/activation.ts'
