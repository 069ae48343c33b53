import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

const withCode = (code: ErrorCode) =>
  expect.toSatisfy((error: unknown) => isEngineError(error, code), `an EngineError ${code}`)

/** What every `Engine`, local or remote, must do. */
export function describeEngine(name: string, abilities: EngineAbilities, setup: () => Promise<EngineSubject>): void {
  describe(`Engine: ${name}`, () => {
    let subject: EngineSubject
    let engine: Engine
    beforeEach(async () => {
      subject = await setup()
      engine = subject.engine
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    const spec = (more: Partial<ContainerSpec> = {}): ContainerSpec => ({
      image: subject.image,
      network: { mode: 'none' },
      stopTimeout: 0,
      ...more
    })
    const sh = (script: string, more: Partial<ContainerSpec> = {}) => spec({ command: ['sh', '-c', script], ...more })
    const create = (given: ContainerSpec) => engine.containers.create(given)
    const sleeper = async (more: Partial<ContainerSpec> = {}) => {
      const { id } = await create(spec({ command: ['sleep', '1000'], ...more }))
      await engine.containers.start(id)
      return id
    }
    const logText = async (id: string) => {
      const lines: string[] = []
      for await (const { text } of engine.containers.logs(id)) lines.push(text)
      return lines
    }
    const statusOf = async (id: string) => (await engine.containers.inspect(id)).status

    describe('creation', () => {
      it('records a container that does not run', async () => {
        const record = await create(spec({ name: 'one', command: ['echo', 'hello'], labels: { a: 'b' } }))
        expect(record).toMatchObject({
          name: 'one',
          status: 'created',
          pid: 0,
          config: { args: ['echo', 'hello'], labels: { a: 'b' } }
        })
        expect(await engine.containers.list()).toEqual([])
        expect((await engine.containers.list({ all: true })).map(({ id }) => id)).toEqual([record.id])
      })

      it('finds it by name, id and prefix of the id', async () => {
        const { id } = await create(spec({ name: 'one', command: ['echo'] }))
        for (const given of ['one', id, id.slice(0, 12)]) expect((await engine.containers.inspect(given)).id).toBe(id)
        expect(await engine.containers.exists('on')).toBe(false)
        await expect(engine.containers.inspect('two')).rejects.toEqual(withCode('not-found'))
      })

      it('gives a name to a container without one', async () => {
        const { name: given } = await create(sh('true'))
        expect(given).toMatch(/^[a-z]+_[a-z]+\d*$/)
      })

      it('refuses a name that is taken or that is none, and leaves nothing', async () => {
        await create(sh('true', { name: 'one' }))
        await expect(create(sh('true', { name: 'one' }))).rejects.toEqual(withCode('already-exists'))
        await expect(create(sh('true', { name: 'a/b' }))).rejects.toEqual(withCode('invalid-argument'))
        expect(await engine.containers.list({ all: true })).toHaveLength(1)
      })

      it('replaces a container of the same name when asked', async () => {
        const old = await sleeper({ name: 'one' })
        const { id } = await create(sh('true', { name: 'one', replace: true }))
        expect((await engine.containers.list({ all: true })).map((container) => container.id)).toEqual([id])
        expect(await engine.containers.exists(old)).toBe(false)
      })

      it('refuses what cannot work', async () => {
        await expect(
          create(sh('true', { mounts: [{ type: 'bind', source: '/no/such/place', target: '/a', options: [] }] }))
        ).rejects.toEqual(withCode('not-found'))
        await expect(create(sh('true', { autoRemove: true, restart: { name: 'always' } }))).rejects.toEqual(
          withCode('invalid-argument')
        )
        await expect(create({ image: 'no-such-image', pull: 'never', command: ['true'] })).rejects.toEqual(
          withCode('not-found')
        )
        expect(await engine.containers.list({ all: true })).toEqual([])
      })
    })

    describe('life', () => {
      it('runs a command and tells its exit code', async () => {
        const { id } = await create(sh('exit 7'))
        await engine.containers.start(id)
        expect((await engine.containers.wait(id)).code).toBe(7)
        await engine.containers.cleanup(id)
        expect(await engine.containers.inspect(id)).toMatchObject({ status: 'exited', pid: 0, exit: { code: 7 } })
      })

      it('gives every byte to who attached before the start', async () => {
        const { id } = await create(sh('echo one; echo two >&2'))
        const { attachment } = await engine.containers.start(id, { attach: { stdout: true, stderr: true } })
        const text = async (stream: AsyncIterable<Buffer> | undefined) => {
          const chunks: Buffer[] = []
          for await (const chunk of stream ?? []) chunks.push(chunk)
          return Buffer.concat(chunks).toString()
        }
        expect(await Promise.all([text(attachment?.stdout), text(attachment?.stderr)])).toEqual(['one\n', 'two\n'])
      })

      it('feeds its standard input and closes it', async () => {
        const { id } = await create(spec({ command: ['cat'], stdin: true }))
        const { attachment } = await engine.containers.start(id, { attach: { stdin: true, stdout: true } })
        attachment?.stdin?.end('through\n')
        const chunks: Buffer[] = []
        for await (const chunk of attachment?.stdout ?? []) chunks.push(chunk as Buffer)
        expect(Buffer.concat(chunks).toString()).toBe('through\n')
        expect((await engine.containers.wait(id)).code).toBe(0)
      })

      it('keeps the output for later', async () => {
        const { id } = await create(sh('echo one; echo two'))
        await engine.containers.start(id)
        await engine.containers.wait(id)
        expect(await logText(id)).toEqual(['one', 'two'])
      })

      it('starts a running container once, and an exited one again', async () => {
        const id = await sleeper()
        const { pid } = await engine.containers.inspect(id)
        expect((await engine.containers.start(id)).container.pid).toBe(pid)
        await engine.containers.stop(id)
        await engine.containers.start(id)
        expect(await engine.containers.inspect(id)).toMatchObject({ status: 'running' })
        expect((await engine.containers.inspect(id)).pid).not.toBe(pid)
      })

      it('stops, and stopping again is no error', async () => {
        const id = await sleeper()
        await engine.containers.stop(id)
        expect(await engine.containers.inspect(id)).toMatchObject({ status: 'exited', exit: { code: 137 } })
        await engine.containers.stop(id)
        await expect(engine.containers.kill(id)).rejects.toEqual(withCode('failed-precondition'))
      })

      it('kills with the signal asked for', async () => {
        const id = await sleeper()
        await engine.containers.kill(id, { killSignal: 'SIGKILL' })
        expect((await engine.containers.wait(id)).code).toBe(137)
      })

      it('pauses and goes on', async () => {
        const id = await sleeper()
        await engine.containers.pause(id)
        expect(await statusOf(id)).toBe('paused')
        await expect(engine.containers.pause(id)).rejects.toEqual(withCode('failed-precondition'))
        await expect(engine.containers.exec(id, { command: ['true'] }, { io: { kind: 'none' } })).rejects.toEqual(
          withCode('failed-precondition')
        )
        await engine.containers.unpause(id)
        expect(await statusOf(id)).toBe('running')
      })

      it('tells that a command is not there, and stays at rest', async () => {
        const { id } = await create(spec({ command: ['no-such-command'] }))
        await expect(engine.containers.start(id)).rejects.toEqual(withCode('command-not-found'))
        expect(await statusOf(id)).toBe('created')
        await engine.containers.remove(id)
        expect(await engine.containers.list({ all: true })).toEqual([])
      })
    })

    describe('after the exit', () => {
      it('removes a container that was to be removed', async () => {
        const { id } = await create(sh('true', { autoRemove: true }))
        await engine.containers.start(id)
        await engine.containers.wait(id)
        await engine.containers.cleanup(id)
        expect(await engine.containers.list({ all: true })).toEqual([])
        await engine.containers.cleanup(id)
      })

      it('restarts a failure as often as allowed', async () => {
        const { id } = await create(sh('exit 1', { restart: { name: 'on-failure', maximumRetryCount: 2 } }))
        await engine.containers.start(id)
        for (let run = 0; run < 3; run++) {
          await engine.containers.wait(id)
          await engine.containers.cleanup(id)
        }
        expect(await engine.containers.inspect(id)).toMatchObject({
          status: 'exited',
          restartCount: 2,
          exit: { code: 1 }
        })
      })

      it('leaves a stopped container down, whatever its policy', async () => {
        const id = await sleeper({ restart: { name: 'always' } })
        await engine.containers.stop(id)
        await engine.containers.cleanup(id)
        expect(await statusOf(id)).toBe('exited')
      })

      it('lets the attending caller do the work', async () => {
        const { id } = await create(sh('true', { autoRemove: true }))
        const { attendance } = await engine.containers.start(id, { attend: true })
        await engine.containers.wait(id)
        await engine.containers.cleanup(id)
        await attendance?.[Symbol.asyncDispose]()
        expect(await engine.containers.exists(id)).toBe(false)
      })
    })

    describe('removal', () => {
      it('of a running container needs force', async () => {
        const id = await sleeper()
        await expect(engine.containers.remove(id)).rejects.toEqual(withCode('failed-precondition'))
        expect(await engine.containers.remove(id, { force: true })).toBe(id)
        expect(await engine.containers.list({ all: true })).toEqual([])
        await expect(engine.containers.remove(id)).rejects.toEqual(withCode('not-found'))
      })

      it('of everything at rest at once', async () => {
        const running = await sleeper()
        const created = await create(sh('true'))
        expect(await engine.containers.prune()).toEqual([created.id])
        expect((await engine.containers.list({ all: true })).map(({ id }) => id)).toEqual([running])
      })
    })

    describe('exec', () => {
      it('runs a further process and tells its exit code', async () => {
        const id = await sleeper()
        const exec = await engine.containers.exec(
          id,
          { command: ['sh', '-c', 'echo out; exit 3'] },
          { io: { kind: 'streams' } }
        )
        const chunks: Buffer[] = []
        for await (const chunk of exec.attachment?.stdout ?? []) chunks.push(chunk as Buffer)
        expect(Buffer.concat(chunks).toString()).toBe('out\n')
        expect((await exec.wait()).code).toBe(3)
      })

      it('needs a running container and a command', async () => {
        const { id } = await create(sh('true'))
        await expect(engine.containers.exec(id, { command: ['true'] }, { io: { kind: 'none' } })).rejects.toEqual(
          withCode('failed-precondition')
        )
        await expect(engine.containers.exec(id, { command: [] }, { io: { kind: 'none' } })).rejects.toEqual(
          withCode('invalid-argument')
        )
      })
    })

    describe('the rest', () => {
      it('renames', async () => {
        const { id } = await create(sh('true', { name: 'one' }))
        await create(sh('true', { name: 'two' }))
        await engine.containers.rename('one', 'three')
        expect((await engine.containers.inspect('three')).id).toBe(id)
        await expect(engine.containers.rename('three', 'two')).rejects.toEqual(withCode('already-exists'))
      })

      it('lists by filter, newest first', async () => {
        const { id: first } = await create(sh('true', { name: 'first', labels: { role: 'x' } }))
        const second = await sleeper({ name: 'second' })
        const ids = async (filters: Record<string, string[]>) =>
          (await engine.containers.list({ all: true, filters })).map(({ id }) => id)
        expect(await ids({})).toEqual([second, first])
        expect(await ids({ label: ['role=x'] })).toEqual([first])
        expect(await ids({ status: ['running'] })).toEqual([second])
        expect((await engine.containers.list({ last: 1 })).map(({ id }) => id)).toEqual([second])
        await expect(ids({ colour: ['red'] })).rejects.toEqual(withCode('invalid-argument'))
      })

      it('publishes what happens, in order', async () => {
        const { id } = await create(sh('true', { autoRemove: true }))
        await engine.containers.start(id)
        await engine.containers.wait(id)
        await engine.containers.cleanup(id)
        const actions: string[] = []
        for await (const event of engine.events.subscribe({ since: 0n, filters: { container: [id] } })) {
          actions.push(event.action)
          if (event.action === 'remove') break
        }
        expect(actions).toEqual(['create', 'start', 'died', 'cleanup', 'remove'])
      })

      it('waits for a removal', async () => {
        const id = await sleeper()
        const removed = engine.containers.wait(id, { condition: 'removed' })
        await engine.containers.remove(id, { force: true })
        await removed
      })

      it('keeps an image and a network that containers use', async () => {
        const { id } = await create(sh('true'))
        await expect(engine.images.remove(subject.image)).rejects.toEqual(withCode('in-use'))
        await engine.networks.create({ name: 'net' })
        const { id: other } = await create(sh('true', { network: { mode: 'bridge', endpoints: [{ network: 'net' }] } }))
        await expect(engine.networks.remove('net')).rejects.toEqual(withCode('in-use'))
        await engine.networks.remove('net', { force: true })
        expect(await engine.containers.exists(other)).toBe(false)
        expect(await engine.containers.exists(id)).toBe(true)
      })

      it('makes volumes, keeps named ones, and removes anonymous ones with their container', async () => {
        const mounts = [
          { type: 'volume', source: 'data', target: '/data', options: [] },
          { type: 'volume', target: '/cache', options: [] }
        ] as const
        const { id } = await create(sh('true', { mounts }))
        expect(await engine.volumes.list()).toHaveLength(2)
        await expect(engine.volumes.remove('data')).rejects.toEqual(withCode('in-use'))
        await engine.containers.remove(id, { volumes: true })
        expect((await engine.volumes.list()).map((volume) => volume.name)).toEqual(['data'])
        await engine.volumes.remove('data')
      })

      it.runIf(abilities.files)('copies in and out, running or not', async () => {
        it('copies in and out, running or not', async () => {
          const id = await sleeper()
          const { id: resting } = await create(sh('true'))
          const tar: Uint8Array[] = []
          for await (const chunk of engine.containers.copyOut(id, '/bin/busybox')) tar.push(chunk)
          const size = (await engine.containers.statPath(id, '/bin/busybox'))?.size
          for (const container of [id, resting]) {
            await engine.containers.copyIn(
              container,
              '/tmp',
              (async function* () {
                yield* tar
              })()
            )
            expect(await engine.containers.statPath(container, '/tmp/busybox')).toMatchObject({ name: 'busybox', size })
            expect(await engine.containers.statPath(container, '/no/such')).toBeUndefined()
          }
        })
    })
  })
}
