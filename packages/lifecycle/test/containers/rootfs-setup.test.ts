import { describe, expect, it } from 'vitest'
import type { FileStat, Rootfs } from '@runcible/interface'
import { prepareRootfs } from '../../src/containers/rootfs-setup.ts'

const stat = (mode: number): FileStat => ({ name: 'x', size: 0, mode, uid: 0, gid: 0, modifiedAt: 0 })

/** A root file system with nothing but modes. */
const rootWith = (modes: Readonly<Record<string, number>>, made: string[] = []): Rootfs => ({
  stat: async (path) => (modes[path] === undefined ? undefined : stat(modes[path])),
  read: async () => undefined,
  makeDirectory: async (path) => void made.push(path),
  archive: async function* () {},
  extract: async () => {},
  [Symbol.asyncDispose]: async () => {}
})

const prepare = (rootfs: Rootfs, workdir: string) =>
  prepareRootfs(async () => rootfs, { user: '', groupAdd: [], workdir })

describe('preparing a root file system', () => {
  it('makes a working directory that is missing, and leaves one that is there', async () => {
    const made: string[] = []
    await prepare(rootWith({ '/there': 0o040755 }, made), '/there')
    await prepare(rootWith({}, made), '/missing')
    expect(made).toEqual(['/missing'])
  })

  it('refuses a working directory that is a file', async () => {
    await expect(prepare(rootWith({ '/etc/passwd': 0o100644 }), '/etc/passwd')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'the working directory /etc/passwd is not a directory in the image'
    })
  })

  it.each(['/proc', '/sys', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue'])('refuses a link at %s', async (path) => {
    await expect(prepare(rootWith({ [path]: 0o120777 }), '/')).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})
