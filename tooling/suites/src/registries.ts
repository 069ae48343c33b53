import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Registries, RegistryAuth } from '@runcible/interface'

export interface RegistriesSubject extends AsyncDisposable {
  readonly registries: Registries
  /** A registry that takes nobody but `auth`. */
  readonly host: string
  readonly auth: RegistryAuth
  /** `host/repository` there, with these tags of one image. */
  readonly repository: string
  readonly tags: readonly [string, ...string[]]
  /** Its manifest. */
  readonly raw: Uint8Array
}

/** What every `Registries` must do. */
export function describeRegistries(name: string, setup: () => Promise<RegistriesSubject>): void {
  describe(`Registries: ${name}`, () => {
    let subject: RegistriesSubject
    let registries: Registries
    let directory: string
    let authFile: string
    beforeEach(async () => {
      subject = await setup()
      ;({ registries } = subject)
      directory = await mkdtemp(join(tmpdir(), 'registries-'))
      authFile = join(directory, 'auth.json')
    })
    afterEach(async () => {
      await subject[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    })

    it('stores credentials that the registry takes, per file and place', async () => {
      const { host, auth } = subject
      expect(await registries.user(host, { authFile })).toBeUndefined()
      expect(await registries.login(host, { auth, authFile })).toEqual({
        place: host,
        registry: host,
        keptIn: authFile
      })
      expect(await registries.user(host, { authFile })).toBe(auth.username)
      expect(await registries.user(host, { authFile: join(directory, 'other.json') })).toBeUndefined()
      expect(await registries.login(`${host}/team/app`, { auth, authFile })).toMatchObject({ registry: host })
      await registries.logout(host, { authFile })
      expect(await registries.user(host, { authFile })).toBeUndefined()
      expect(await registries.user(`${host}/team/app`, { authFile })).toBe(auth.username)
      await registries.logoutAll({ authFile })
      expect(await registries.user(`${host}/team/app`, { authFile })).toBeUndefined()
    })

    it('verifies what is stored, and stores nothing that is refused', async () => {
      const { host, auth } = subject
      await expect(registries.login(host, { authFile })).rejects.toMatchObject({ code: 'not-found' })
      const wrong = { ...auth, password: `${auth.password}-not` }
      await expect(registries.login(host, { auth: wrong, authFile })).rejects.toMatchObject({ code: 'unauthorized' })
      expect(await registries.user(host, { authFile })).toBeUndefined()
      await registries.login(host, { auth, authFile })
      expect(await registries.login(host, { authFile })).toMatchObject({ place: host })
      await registries.logout(host, { authFile })
      await expect(registries.logout(host, { authFile })).rejects.toMatchObject({ code: 'not-found' })
    })

    it('lists tags, also by location', async () => {
      const { repository, tags, auth } = subject
      const sorted = async (location: string) => {
        const found = await registries.tags(location, { auth })
        return { ...found, tags: found.tags.toSorted() }
      }
      const expected = { repository, tags: tags.toSorted() }
      expect(await sorted(repository)).toEqual(expected)
      expect(await sorted(`docker://${repository}`)).toEqual(expected)
      await expect(registries.tags(`${repository}-not`, { auth })).rejects.toMatchObject({ code: 'not-found' })
    })

    it('inspects an image, its manifest alone or with its config and tags', async () => {
      const { repository, tags, auth, raw } = subject
      const location = `docker://${repository}:${tags[0]}`
      const alone = await registries.inspect(location, { auth, parts: 'raw' })
      expect(alone).toMatchObject({ repository, tags: [] })
      expect(Buffer.from(alone.raw).equals(raw)).toBe(true)
      expect([alone.manifest, alone.config]).toEqual([undefined, undefined])
      const whole = await registries.inspect(location, { auth, tags: true })
      expect(whole.digest).toBe(alone.digest)
      expect(whole.tags.toSorted()).toEqual(tags.toSorted())
      expect(JSON.parse(Buffer.from(whole.config ?? []).toString())).toHaveProperty('rootfs')
    })

    it('removes an image', async () => {
      const { repository, tags, auth } = subject
      const location = `docker://${repository}:${tags[0]}`
      await registries.remove(location, { auth })
      await expect(registries.remove(location, { auth })).rejects.toMatchObject({ code: 'not-found' })
      await expect(registries.inspect(location, { auth })).rejects.toMatchObject({ code: 'not-found' })
    })
  })
}
