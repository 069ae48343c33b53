import { describe, expect, it } from 'vitest'
import { useEngine, withCode, type EngineAbilities, type EngineSubject } from './engine-bench.ts'

/** What is done with a container, and the other nouns of an engine. */
export function describeEngineOperations(abilities: EngineAbilities, setup: () => Promise<EngineSubject>): void {
  describe('operations', () => {
    const bench = useEngine(setup)

    describe('exec', () => {
      it('runs a further process and tells its exit code', async () => {
        const id = await bench.sleeper()
        const exec = await bench.engine.containers.exec(
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
        const { id } = await bench.create(bench.sh('true'))
        await expect(bench.engine.containers.exec(id, { command: ['true'] }, { io: { kind: 'none' } })).rejects.toEqual(
          withCode('failed-precondition')
        )
        await expect(bench.engine.containers.exec(id, { command: [] }, { io: { kind: 'none' } })).rejects.toEqual(
          withCode('invalid-argument')
        )
      })
    })

    describe('the rest', () => {
      it('renames', async () => {
        const { id } = await bench.create(bench.sh('true', { name: 'one' }))
        await bench.create(bench.sh('true', { name: 'two' }))
        await bench.engine.containers.rename('one', 'three')
        expect((await bench.engine.containers.inspect('three')).id).toBe(id)
        await expect(bench.engine.containers.rename('three', 'two')).rejects.toEqual(withCode('already-exists'))
      })

      it('lists by filter, newest first', async () => {
        const { id: first } = await bench.create(bench.sh('true', { name: 'first', labels: { role: 'x' } }))
        const second = await bench.sleeper({ name: 'second' })
        const ids = async (filters: Record<string, string[]>) =>
          (await bench.engine.containers.list({ all: true, filters })).map(({ id }) => id)
        expect(await ids({})).toEqual([second, first])
        expect(await ids({ label: ['role=x'] })).toEqual([first])
        expect(await ids({ status: ['running'] })).toEqual([second])
        expect((await bench.engine.containers.list({ last: 1 })).map(({ id }) => id)).toEqual([second])
        await expect(ids({ colour: ['red'] })).rejects.toEqual(withCode('invalid-argument'))
      })

      it('publishes what happens, in order', async () => {
        const { id } = await bench.create(bench.sh('true', { autoRemove: true }))
        await bench.engine.containers.start(id)
        await bench.engine.containers.wait(id)
        await bench.engine.containers.cleanup(id)
        const actions: string[] = []
        for await (const event of bench.engine.events.subscribe({ since: 0n, filters: { container: [id] } })) {
          actions.push(event.action)
          if (event.action === 'remove') break
        }
        expect(actions).toEqual(['create', 'start', 'died', 'cleanup', 'remove'])
      })

      it('waits for a removal', async () => {
        const id = await bench.sleeper()
        const removed = bench.engine.containers.wait(id, { condition: 'removed' })
        await bench.engine.containers.remove(id, { force: true })
        await removed
      })

      it('keeps an image and a network that containers use', async () => {
        const { id } = await bench.create(bench.sh('true'))
        await expect(bench.engine.images.remove(bench.image)).rejects.toEqual(withCode('in-use'))
        await bench.engine.networks.create({ name: 'net' })
        const { id: other } = await bench.create(
          bench.sh('true', { network: { mode: 'bridge', endpoints: [{ network: 'net' }] } })
        )
        await expect(bench.engine.networks.remove('net')).rejects.toEqual(withCode('in-use'))
        await bench.engine.networks.remove('net', { force: true })
        expect(await bench.engine.containers.exists(other)).toBe(false)
        expect(await bench.engine.containers.exists(id)).toBe(true)
      })

      it('makes volumes, keeps named ones, and removes anonymous ones with their container', async () => {
        const mounts = [
          { type: 'volume', source: 'data', target: '/data', options: [] },
          { type: 'volume', target: '/cache', options: [] }
        ] as const
        const { id } = await bench.create(bench.sh('true', { mounts }))
        expect(await bench.engine.volumes.list()).toHaveLength(2)
        await expect(bench.engine.volumes.remove('data')).rejects.toEqual(withCode('in-use'))
        await bench.engine.containers.remove(id, { volumes: true })
        expect((await bench.engine.volumes.list()).map((volume) => volume.name)).toEqual(['data'])
        await bench.engine.volumes.remove('data')
      })

      it.runIf(abilities.files)('copies in and out, running or not', async () => {
        const id = await bench.sleeper()
        const { id: resting } = await bench.create(bench.sh('true'))
        const tar: Uint8Array[] = []
        for await (const chunk of bench.engine.containers.copyOut(id, '/bin/busybox')) tar.push(chunk)
        const size = (await bench.engine.containers.statPath(id, '/bin/busybox'))?.size
        for (const container of [id, resting]) {
          await bench.engine.containers.copyIn(
            container,
            '/tmp',
            (async function* () {
              yield* tar
            })()
          )
          expect(await bench.engine.containers.statPath(container, '/tmp/busybox')).toMatchObject({
            name: 'busybox',
            size
          })
          expect(await bench.engine.containers.statPath(container, '/no/such')).toBeUndefined()
        }
      })
    })
  })
}
