import { afterEach, beforeEach, expect } from 'vitest'
import { isEngineError, type ContainerSpec, type Engine, type ErrorCode } from '@runcible/interface'

export interface EngineSubject extends AsyncDisposable {
  readonly engine: Engine
  /** An image with `/bin/sh`, `echo`, `cat` and `sleep`, in the store. */
  readonly image: string
}

export interface EngineAbilities {
  /** Containers have a file system to copy to and from. */
  readonly files: boolean
}

export const withCode = (code: ErrorCode) =>
  expect.toSatisfy((error: unknown) => isEngineError(error, code), `an EngineError ${code}`)

/** The engine of the present test, and what tests do with it over and over. */
export interface EngineBench {
  readonly engine: Engine
  readonly image: string
  /** A spec of a container without a network, that stops at once. */
  readonly spec: (more?: Partial<ContainerSpec>) => ContainerSpec
  /** The same, running a shell script. */
  readonly sh: (script: string, more?: Partial<ContainerSpec>) => ContainerSpec
  readonly create: (spec: ContainerSpec) => ReturnType<Engine['containers']['create']>
  /** The id of a container that runs until it is stopped. */
  readonly sleeper: (more?: Partial<ContainerSpec>) => Promise<string>
}

/** Sets a fresh engine up before each test of the surrounding block, and takes it down after. */
export function useEngine(setup: () => Promise<EngineSubject>): EngineBench {
  let subject: EngineSubject
  beforeEach(async () => {
    subject = await setup()
  })
  afterEach(() => subject[Symbol.asyncDispose]())

  const bench: EngineBench = {
    get engine() {
      return subject.engine
    },
    get image() {
      return subject.image
    },
    spec: (more = {}) => ({ image: subject.image, network: { mode: 'none' }, stopTimeout: 0, ...more }),
    sh: (script, more = {}) => bench.spec({ command: ['sh', '-c', script], ...more }),
    create: (spec) => bench.engine.containers.create(spec),
    sleeper: async (more = {}) => {
      const { id } = await bench.create(bench.spec({ command: ['sleep', '1000'], ...more }))
      await bench.engine.containers.start(id)
      return id
    }
  }
  return bench
}
