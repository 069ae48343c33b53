import type { ApiFamily } from '../family.ts'
import type { Route } from './route.ts'

const headers = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-cache, no-store, must-revalidate',
  Pragma: 'no-cache'
}

/** Whether the server answers; its headers tell the versions. */
export function ping(family: ApiFamily, path: string): Route {
  return { family, path, methods: ['GET', 'HEAD'], answer: () => ({ headers, body: 'OK' }) }
}
