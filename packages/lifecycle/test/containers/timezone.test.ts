import { describe, expect, it } from 'vitest'
import { checkTimezone } from '../../src/containers/timezone.ts'
import { fakeEngine } from '../support/fake-engine.ts'

describe('checkTimezone', () => {
  it.each(['', '/etc/passwd', '../../etc/passwd', 'Europe/../x', 'a//b'])('refuses %j', (name) => {
    expect(() => checkTimezone(name)).toThrow(/not a name of a time zone/)
  })

  it('refuses one that the host does not have, when the container is made', async () => {
    await using bench = await fakeEngine()
    await expect(
      bench.engine.containers.create({ image: bench.image, timezone: 'Nowhere/Nothing' })
    ).rejects.toMatchObject({ code: 'not-found' })
  })
})
