import { EngineError } from '@runcible/interface'

export interface DownloadLimits {
  /** Milliseconds without an answer, or without a further byte. */
  readonly patience: number
  readonly redirects: number
}

const defaultLimits: DownloadLimits = { patience: 30_000, redirects: 10 }

/** For messages: without credentials and query, which may be a signature. */
const shownUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`

/** The content at an http or https URL. Redirects are followed, but none from https to http. */
export async function* download(
  url: string,
  signal: AbortSignal,
  limits: DownloadLimits = defaultLimits
): AsyncGenerator<Uint8Array> {
  const watch = new AbortController()
  const stalled = (): void => watch.abort(new Error(`nothing came for ${limits.patience / 1000} seconds`))
  let timer = setTimeout(stalled, limits.patience)
  const moved = (): void => {
    clearTimeout(timer)
    timer = setTimeout(stalled, limits.patience)
  }
  const start = parseUrl(url)
  try {
    const { body } = await answer(start, AbortSignal.any([signal, watch.signal]), limits)
    if (body === null) return
    for await (const chunk of body) {
      moved()
      yield chunk
    }
  } catch (error) {
    if (error instanceof EngineError || signal.aborted) throw error
    const why = watch.signal.aborted ? (watch.signal.reason as Error).message : reasonOf(error)
    throw new EngineError(watch.signal.aborted ? 'timeout' : 'unavailable', `cannot fetch ${shownUrl(start)}: ${why}`, {
      cause: error
    })
  } finally {
    clearTimeout(timer)
  }
}

function parseUrl(url: string): URL {
  try {
    return new URL(url)
  } catch (error) {
    throw new EngineError('invalid-argument', 'the URL to import from is malformed', { cause: error })
  }
}

/** What `fetch` failed of: its own message only says that it did. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

async function answer(start: URL, signal: AbortSignal, { redirects }: DownloadLimits): Promise<Response> {
  let url = start
  for (let followed = 0; followed <= redirects; followed++) {
    const response = await request(url, signal)
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.ok) return response
      await response.body?.cancel()
      throw new EngineError('unavailable', `cannot fetch ${shownUrl(url)}: the server answered ${response.status}`)
    }
    await response.body?.cancel()
    const next = new URL(location, url)
    if (!/^https?:$/.test(next.protocol) || (url.protocol === 'https:' && next.protocol === 'http:'))
      throw new EngineError(
        'unavailable',
        `cannot fetch ${shownUrl(url)}: it redirects to ${next.protocol.slice(0, -1)}`
      )
    url = next
  }
  throw new EngineError('unavailable', `cannot fetch ${shownUrl(start)}: more than ${redirects} redirects`)
}

/** Credentials in a URL go to that host only: a redirect to another has none. */
function request(url: URL, signal: AbortSignal): Promise<Response> {
  const { username, password } = url
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const headers = username === '' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  return fetch(bare, { signal, headers, redirect: 'manual' })
}
