import type { StoreCheckRequest, StoreFinding } from '@runcible/interface'
import type { StoreContext } from '../init.ts'

/** One run of the check. */
export interface Checkup {
  readonly context: StoreContext
  readonly request: StoreCheckRequest
  readonly findings: Findings
  /** Blobs and layers that were found damaged or missing, and not brought back. */
  readonly damaged: Set<string>
}

type Found = Omit<StoreFinding, 'outcome'>

/** Notes findings; when mending is asked for, `mend` does it and says what it did, or throws why it could not. */
export interface Findings {
  /** Whether it was mended. */
  add(found: Found, mend: () => Promise<string>): Promise<boolean>
  addNow(found: Found, mend: () => string): void
  list(): readonly StoreFinding[]
}

export function findingsOf(repair: boolean): Findings {
  const found: StoreFinding[] = []
  return {
    async add(finding, mend) {
      const outcome = repair
        ? await mend().then(
            (action) => ({ repaired: true, action }),
            (error: unknown) => ({ repaired: false, action: (error as Error).message })
          )
        : undefined
      found.push({ ...finding, ...(outcome === undefined ? {} : { outcome }) })
      return outcome?.repaired === true
    },
    addNow(finding, mend) {
      found.push({ ...finding, ...(repair ? { outcome: { repaired: true, action: mend() } } : {}) })
    },
    list: () => found
  }
}
