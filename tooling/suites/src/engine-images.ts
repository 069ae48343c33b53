import { describe, expect, it } from 'vitest'
import type { FileChange } from '@runcible/interface'
import { useEngine, withCode, type EngineAbilities, type EngineSubject } from './engine-bench.ts'

/** Images made of containers, and what an engine tells of images. */
export function describeEngineImages(abilities: EngineAbilities, setup: () => Promise<EngineSubject>): void {
  describe('images of containers', () => {
    const bench = useEngine(setup)
    const lines = async (changes: AsyncIterable<FileChange>) =>
      (await Array.fromAsync(changes)).map(({ kind, path }) => `${kind} ${path}`)
    const finished = async (script: string, name: string) => {
      const { id } = await bench.create(bench.sh(script, { name }))
      await bench.engine.containers.start(id)
      await bench.engine.containers.wait(id)
      await bench.engine.containers.cleanup(id)
      return id
    }

    it('a commit has the layers of the image, one more, and the configuration of the container', async () => {
      const { containers, images } = bench.engine
      const base = await images.inspect(bench.image)
      const spec = bench.sh('true', { name: 'one', env: { A: '1' }, labels: { l: 'x' }, workdir: '/tmp', user: '0:0' })
      await bench.create(spec)
      const made = await containers.commit('one', { name: 'made:1', author: 'me', changes: ['LABEL m=y', 'ENV B=2'] })
      expect(made.diffIds.slice(0, -1)).toEqual(base.diffIds)
      expect(made).toMatchObject({ names: ['localhost/made:1'], labels: { l: 'x', m: 'y' } })
      expect(made.imageConfig).toMatchObject({
        author: 'me',
        config: { Cmd: ['sh', '-c', 'true'], WorkingDir: '/tmp', User: '0:0' }
      })
      expect(made.imageConfig.config?.Env).toEqual(expect.arrayContaining(['A=1', 'B=2']))
      expect((await images.history('made:1'))[0]).toMatchObject({
        id: made.id,
        tags: ['localhost/made:1'],
        author: 'me',
        comment: `FROM ${base.name}`
      })
    })

    it('refuses what makes no sense, and leaves nothing then', async () => {
      const { containers, images } = bench.engine
      await bench.create(bench.sh('true', { name: 'one' }))
      const before = await images.list()
      await expect(containers.commit('none')).rejects.toEqual(withCode('not-found'))
      await expect(containers.commit('one', { message: 'x' })).rejects.toEqual(withCode('invalid-argument'))
      await expect(containers.commit('one', { changes: ['FROM x'] })).rejects.toEqual(withCode('invalid-argument'))
      await expect(containers.commit('one', { name: 'Not A Name' })).rejects.toEqual(withCode('invalid-argument'))
      expect(await images.list()).toEqual(before)
    })

    it('commits a running container, paused or not', async () => {
      const id = await bench.sleeper()
      const { containers, images } = bench.engine
      const made = await containers.commit(id, { pause: true })
      expect((await containers.inspect(id)).status).toBe('running')
      expect(await images.inspect(made.id)).toMatchObject({ names: [] })
      await containers.commit(id, { squash: true, format: 'docker', message: 'all' })
      expect((await containers.inspect(id)).status).toBe('running')
    })

    it('tells what is not there', async () => {
      const { containers, images } = bench.engine
      await expect(lines(containers.changes('none'))).rejects.toEqual(withCode('not-found'))
      await expect(lines(images.changes('none'))).rejects.toEqual(withCode('not-found'))
      await expect(lines(images.changes(bench.image, { from: 'none' }))).rejects.toEqual(withCode('not-found'))
      await expect(Array.fromAsync(containers.export('none'))).rejects.toEqual(withCode('not-found'))
      await expect(images.history('none')).rejects.toEqual(withCode('not-found'))
    })

    it('exports a whole archive', async () => {
      await bench.create(bench.sh('true', { name: 'one' }))
      const tar = Buffer.concat(await Array.fromAsync(bench.engine.containers.export('one')))
      expect(tar.length % 512).toBe(0)
      expect(tar.subarray(-1024)).toEqual(Buffer.alloc(1024))
    })

    if (!abilities.files) return

    it('what a container did to its files is in the image', async () => {
      const { containers, images } = bench.engine
      await finished('mkdir /new; echo hello > /new/file; ln /new/file /new/link; rm /bin/tac', 'one')
      const changes = ['changed /bin', 'deleted /bin/tac', 'added /new', 'added /new/file', 'added /new/link']
      expect((await lines(containers.changes('one'))).filter((line) => !line.endsWith(' /etc'))).toEqual(changes)
      const made = await containers.commit('one', { changes: ['CMD ["cat", "/new/link"]'] })
      expect(await lines(containers.changes('one', { from: made.id }))).toEqual([])
      expect(await lines(containers.changes('one', { from: bench.image }))).toEqual(
        await lines(images.changes(made.id))
      )
      const { id } = await bench.create({ ...bench.spec(), image: made.id })
      const { attachment } = await containers.start(id, { attach: { stdout: true } })
      const chunks: Buffer[] = []
      for await (const chunk of attachment?.stdout ?? []) chunks.push(chunk as Buffer)
      expect(Buffer.concat(chunks).toString()).toBe('hello\n')
      await containers.wait(id)
      await containers.cleanup(id)
    })

    it('a removed image takes the nameless ones with it that only it was made from', async () => {
      const { containers, images } = bench.engine
      await finished('echo 1 > /1', 'one')
      const first = await containers.commit('one')
      await containers.remove('one')
      await bench.create({ ...bench.sh('true', { name: 'two' }), image: first.id })
      const second = await containers.commit('two', { name: 'second' })
      await containers.remove('two')
      const listed = await images.list()
      expect(listed.find(({ id }) => id === first.id)).toMatchObject({ intermediate: true })
      expect(listed.find(({ id }) => id === second.id)).toMatchObject({ parent: first.id, intermediate: false })
      expect(await images.remove('second')).toEqual({
        untagged: ['localhost/second:latest'],
        deleted: [second.id, first.id]
      })
    })
  })
}
