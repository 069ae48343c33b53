import type { ApiFamily } from '../family.ts'

/** One request, as far as a route needs it. */
export interface ApiRequest {
  /** The first value of a query parameter. */
  query(name: string): string | undefined
  /** Fires when the client goes away. */
  readonly signal: AbortSignal
}

export interface ApiAnswer {
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as it is, anything else as JSON. */
  readonly body: string | object
}

/** One operation. It is also mounted below `/v<version>`. */
export interface Route {
  readonly family: ApiFamily
  readonly methods: readonly ('GET' | 'HEAD')[]
  readonly path: string
  readonly answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>
}
