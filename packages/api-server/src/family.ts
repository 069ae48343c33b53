import { checkDockerVersion, checkLibpodVersion, dockerErrorBody, libpodErrorBody } from '@runcible/api-schema'
import type { EngineError } from '@runcible/interface'

/** The dialects that are spoken. */
export type ApiFamily = 'docker' | 'libpod'

interface Dialect {
  readonly checkVersion: (version: string) => void
  readonly errorBody: (error: EngineError) => object
}

export const dialects: Readonly<Record<ApiFamily, Dialect>> = {
  docker: { checkVersion: checkDockerVersion, errorBody: dockerErrorBody },
  libpod: { checkVersion: checkLibpodVersion, errorBody: libpodErrorBody }
}

/** The dialect of a path, known or not. */
export function familyOf(url: string): ApiFamily {
  return /^\/(v[0-9][^/]{0,31}\/)?libpod(\/|\?|$)/.test(url) ? 'libpod' : 'docker'
}
