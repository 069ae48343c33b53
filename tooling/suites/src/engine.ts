import { describe, expect, it } from 'vitest'
import { useEngine, withCode, type EngineAbilities, type EngineSubject } from './engine-bench.ts'
import { describeEngineImages } from './engine-images.ts'
import { describeEngineOperations } from './engine-operations.ts'

export type { EngineAbilities, EngineSubject } from './engine-bench.ts'

/** What every `Engine`, local or remote, must do. */
export function describeEngine(name: string, abilities: EngineAbilities, setup: () => Promise<EngineSubject>): void {
  describe(`Engine: ${name}`, () => {
    describeEngineLife(setup)
    describeEngineOperations(abilities, setup)
    describeEngineImages(abilities, setup)
  })
}

/** From creation to removal. */
function describeEngineLife(setup: () => Promise<EngineSubject>): void {
  describe('the life of a container', () => {
    const bench = useEngine(setup)
    const logText = async (id: string) => {
      const lines: string[] = []
      for await (const { text } of bench.engine.containers.logs(id)) lines.push(text)
      return lines
    }
    const statusOf = async (id: string) => (await bench.engine.containers.inspect(id)).status

    describe('creation', () => {
      it('records a container that does not run', async () => {
        const record = await bench.create(bench.spec({ name: 'one', command: ['echo', 'hello'], labels: { a: 'b' } }))
        expect(record).toMatchObject({
          name: 'one',
          status: 'created',
          pid: 0,
          config: { args: ['echo', 'hello'], labels: { a: 'b' } }
        })
        expect(await bench.engine.containers.list()).toEqual([])
        expect((await bench.engine.containers.list({ all: true })).map(({ id }) => id)).toEqual([record.id])
      })

      it('finds it by name, id and prefix of the id', async () => {
        const { id } = await bench.create(bench.spec({ name: 'one', command: ['echo'] }))
        for (const given of ['one', id, id.slice(0, 12)])
          expect((await bench.engine.containers.inspect(given)).id).toBe(id)
        expect(await bench.engine.containers.exists('on')).toBe(false)
        await expect(bench.engine.containers.inspect('two')).rejects.toEqual(withCode('not-found'))
      })

      it('gives a name to a container without one', async () => {
        const { name: given } = await bench.create(bench.sh('true'))
        expect(given).toMatch(/^[a-z]+_[a-z]+\d*$/)
      })

      it('refuses a name that is taken or that is none, and leaves nothing', async () => {
        await bench.create(bench.sh('true', { name: 'one' }))
        await expect(bench.create(bench.sh('true', { name: 'one' }))).rejects.toEqual(withCode('already-exists'))
        await expect(bench.create(bench.sh('true', { name: 'a/b' }))).rejects.toEqual(withCode('invalid-argument'))
        expect(await bench.engine.containers.list({ all: true })).toHaveLength(1)
      })

      it('replaces a container of the same name when asked', async () => {
        const old = await bench.sleeper({ name: 'one' })
        const { id } = await bench.create(bench.sh('true', { name: 'one', replace: true }))
        expect((await bench.engine.containers.list({ all: true })).map((container) => container.id)).toEqual([id])
        expect(await bench.engine.containers.exists(old)).toBe(false)
      })

      it('refuses what cannot work', async () => {
        await expect(
          bench.create(
            bench.sh('true', { mounts: [{ type: 'bind', source: '/no/such/place', target: '/a', options: [] }] })
          )
        ).rejects.toEqual(withCode('not-found'))
        await expect(bench.create(bench.sh('true', { autoRemove: true, restart: { name: 'always' } }))).rejects.toEqual(
          withCode('invalid-argument')
        )
        await expect(bench.create({ image: 'no-such-image', pull: 'never', command: ['true'] })).rejects.toEqual(
          withCode('not-found')
        )
        expect(await bench.engine.containers.list({ all: true })).toEqual([])
      })
    })

    describe('life', () => {
      it('runs a command and tells its exit code', async () => {
        const { id } = await bench.create(bench.sh('exit 7'))
        await bench.engine.containers.start(id)
        expect((await bench.engine.containers.wait(id)).code).toBe(7)
        await bench.engine.containers.cleanup(id)
        expect(await bench.engine.containers.inspect(id)).toMatchObject({ status: 'exited', pid: 0, exit: { code: 7 } })
      })

      it('gives every byte to who attached before the start', async () => {
        const { id } = await bench.create(bench.sh('echo one; echo two >&2'))
        const { attachment } = await bench.engine.containers.start(id, { attach: { stdout: true, stderr: true } })
        const text = async (stream: AsyncIterable<Buffer> | undefined) => {
          const chunks: Buffer[] = []
          for await (const chunk of stream ?? []) chunks.push(chunk)
          return Buffer.concat(chunks).toString()
        }
        expect(await Promise.all([text(attachment?.stdout), text(attachment?.stderr)])).toEqual(['one\n', 'two\n'])
      })

      it('feeds its standard input and closes it', async () => {
        const { id } = await bench.create(bench.spec({ command: ['cat'], stdin: true }))
        const { attachment } = await bench.engine.containers.start(id, { attach: { stdin: true, stdout: true } })
        attachment?.stdin?.end('through\n')
        const chunks: Buffer[] = []
        for await (const chunk of attachment?.stdout ?? []) chunks.push(chunk as Buffer)
        expect(Buffer.concat(chunks).toString()).toBe('through\n')
        expect((await bench.engine.containers.wait(id)).code).toBe(0)
      })

      it('keeps the output for later', async () => {
        const { id } = await bench.create(bench.sh('echo one; echo two'))
        await bench.engine.containers.start(id)
        await bench.engine.containers.wait(id)
        expect(await logText(id)).toEqual(['one', 'two'])
      })

      it('starts a running container once, and an exited one again', async () => {
        const id = await bench.sleeper()
        const { pid } = await bench.engine.containers.inspect(id)
        expect((await bench.engine.containers.start(id)).container.pid).toBe(pid)
        await bench.engine.containers.stop(id)
        await bench.engine.containers.start(id)
        expect(await bench.engine.containers.inspect(id)).toMatchObject({ status: 'running' })
        expect((await bench.engine.containers.inspect(id)).pid).not.toBe(pid)
      })

      it('stops, and stopping again is no error', async () => {
        const id = await bench.sleeper()
        await bench.engine.containers.stop(id)
        expect(await bench.engine.containers.inspect(id)).toMatchObject({ status: 'exited', exit: { code: 137 } })
        await bench.engine.containers.stop(id)
        await expect(bench.engine.containers.kill(id)).rejects.toEqual(withCode('failed-precondition'))
      })

      it('kills with the signal asked for', async () => {
        const id = await bench.sleeper()
        await bench.engine.containers.kill(id, { killSignal: 'SIGKILL' })
        expect((await bench.engine.containers.wait(id)).code).toBe(137)
      })

      it('pauses and goes on', async () => {
        const id = await bench.sleeper()
        await bench.engine.containers.pause(id)
        expect(await statusOf(id)).toBe('paused')
        await expect(bench.engine.containers.pause(id)).rejects.toEqual(withCode('failed-precondition'))
        await expect(bench.engine.containers.exec(id, { command: ['true'] }, { io: { kind: 'none' } })).rejects.toEqual(
          withCode('failed-precondition')
        )
        await bench.engine.containers.unpause(id)
        expect(await statusOf(id)).toBe('running')
      })

      it('tells that a command is not there, and stays at rest', async () => {
        const { id } = await bench.create(bench.spec({ command: ['no-such-command'] }))
        await expect(bench.engine.containers.start(id)).rejects.toEqual(withCode('command-not-found'))
        expect(await statusOf(id)).toBe('created')
        await bench.engine.containers.remove(id)
        expect(await bench.engine.containers.list({ all: true })).toEqual([])
      })
    })

    describe('after the exit', () => {
      it('removes a container that was to be removed', async () => {
        const { id } = await bench.create(bench.sh('true', { autoRemove: true }))
        await bench.engine.containers.start(id)
        await bench.engine.containers.wait(id)
        await bench.engine.containers.cleanup(id)
        expect(await bench.engine.containers.list({ all: true })).toEqual([])
        await bench.engine.containers.cleanup(id)
      })

      it('restarts a failure as often as allowed', async () => {
        const { id } = await bench.create(bench.sh('exit 1', { restart: { name: 'on-failure', maximumRetryCount: 2 } }))
        await bench.engine.containers.start(id)
        for (let run = 0; run < 3; run++) {
          await bench.engine.containers.wait(id)
          await bench.engine.containers.cleanup(id)
        }
        expect(await bench.engine.containers.inspect(id)).toMatchObject({
          status: 'exited',
          restartCount: 2,
          exit: { code: 1 }
        })
      })

      it('leaves a stopped container down, whatever its policy', async () => {
        const id = await bench.sleeper({ restart: { name: 'always' } })
        await bench.engine.containers.stop(id)
        await bench.engine.containers.cleanup(id)
        expect(await statusOf(id)).toBe('exited')
      })

      it('lets the attending caller do the work', async () => {
        const { id } = await bench.create(bench.sh('true', { autoRemove: true }))
        const { attendance } = await bench.engine.containers.start(id, { attend: true })
        await bench.engine.containers.wait(id)
        await bench.engine.containers.cleanup(id)
        await attendance?.[Symbol.asyncDispose]()
        expect(await bench.engine.containers.exists(id)).toBe(false)
      })
    })

    describe('removal', () => {
      it('of a running container needs force', async () => {
        const id = await bench.sleeper()
        await expect(bench.engine.containers.remove(id)).rejects.toEqual(withCode('failed-precondition'))
        expect(await bench.engine.containers.remove(id, { force: true })).toBe(id)
        expect(await bench.engine.containers.list({ all: true })).toEqual([])
        await expect(bench.engine.containers.remove(id)).rejects.toEqual(withCode('not-found'))
      })

      it('of everything at rest at once', async () => {
        const running = await bench.sleeper()
        const created = await bench.create(bench.sh('true'))
        expect(await bench.engine.containers.prune()).toEqual([created.id])
        expect((await bench.engine.containers.list({ all: true })).map(({ id }) => id)).toEqual([running])
      })
    })
  })
}
