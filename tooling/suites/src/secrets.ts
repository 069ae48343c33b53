import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Secrets } from '@runcible/interface'

export interface SecretsSubject extends AsyncDisposable {
  readonly secrets: Secrets
}

/** What every `Secrets` must do. */
export function describeSecrets(name: string, setup: () => Promise<SecretsSubject>): void {
  describe(`Secrets: ${name}`, () => {
    let subject: SecretsSubject
    let secrets: Secrets
    beforeEach(async () => {
      subject = await setup()
      ;({ secrets } = subject)
    })
    afterEach(async () => {
      await subject[Symbol.asyncDispose]()
    })
    const data = Buffer.from([0, 255, 10])

    it('keeps bytes, and tells of them without showing them', async () => {
      const made = await secrets.create({ name: 'one', data, labels: { a: 'b' } })
      expect(made).toMatchObject({ name: 'one', driver: 'file', labels: { a: 'b' } })
      expect(made.id).toMatch(/^[0-9a-f]{25}$/)
      expect(Object.keys(made).toSorted()).toEqual(['createdAt', 'driver', 'id', 'labels', 'name', 'updatedAt'])
      expect(await secrets.inspect('one')).toEqual(made)
      expect(await secrets.inspect(made.id)).toEqual(made)
      expect(Buffer.from(await secrets.reveal('one'))).toEqual(data)
    })

    it('lists by name', async () => {
      expect(await secrets.list()).toEqual([])
      for (const one of ['b', 'c', 'a']) await secrets.create({ name: one, data })
      expect((await secrets.list()).map((secret) => secret.name)).toEqual(['a', 'b', 'c'])
    })

    it('does not overwrite unless told to', async () => {
      const first = await secrets.create({ name: 'one', data })
      const other = Buffer.from('other')
      await expect(secrets.create({ name: 'one', data: other })).rejects.toMatchObject({ code: 'already-exists' })
      expect(await secrets.create({ name: 'one', data: other, onExisting: 'keep' })).toEqual(first)
      expect(Buffer.from(await secrets.reveal('one'))).toEqual(data)
      const second = await secrets.create({ name: 'one', data: other, onExisting: 'replace' })
      expect(second.createdAt).toBe(first.createdAt)
      expect(Buffer.from(await secrets.reveal('one'))).toEqual(other)
      expect(await secrets.list()).toEqual([second])
    })

    it('refuses what is not valid', async () => {
      for (const bad of ['', '-x', 'a/b', 'a b'])
        await expect(secrets.create({ name: bad, data })).rejects.toMatchObject({ code: 'invalid-argument' })
      for (const size of [0, 512_000])
        await expect(secrets.create({ name: 'one', data: Buffer.alloc(size) })).rejects.toMatchObject({
          code: 'invalid-argument'
        })
      await expect(secrets.create({ name: 'one', data, driver: 'pass' })).rejects.toMatchObject({ code: 'unsupported' })
      expect(await secrets.list()).toEqual([])
    })

    it('removes', async () => {
      const { id } = await secrets.create({ name: 'one', data })
      expect(await secrets.exists('one')).toBe(true)
      expect(await secrets.remove('one')).toBe(id)
      expect(await secrets.exists('one')).toBe(false)
      for (const ask of [secrets.remove, secrets.inspect, secrets.reveal])
        await expect(ask('one')).rejects.toMatchObject({ code: 'not-found' })
    })
  })
}
