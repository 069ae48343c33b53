import type { Rootfs, RootfsAccess, RootfsSource } from '@runcible/interface'
import { describe, expect, test } from 'vitest'
import { fileTar } from './plain-tar.ts'

export interface RootfsSubject extends AsyncDisposable {
  readonly subject: RootfsAccess
  /** Of an empty root file system that may be written. */
  readonly source: RootfsSource
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const archiveOf = async (rootfs: Rootfs, path: string): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(rootfs.archive(path)))

/** Names of the members of a plain archive without extended headers. */
const namesOf = (tar: Buffer): string[] => {
  const names: string[] = []
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const text = (start: number, length: number) =>
      tar.toString('latin1', at + start, at + start + length).split('\0')[0] ?? ''
    const size = Number.parseInt(text(124, 12), 8)
    if (text(156, 1) !== 'x') names.push(text(0, 100))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return names
}

/** What every way into a root file system does. */
export const describeRootfsAccess = (name: string, setup: () => Promise<RootfsSubject>): void => {
  describe(`${name} as a RootfsAccess`, () => {
    test('makes directories with their parents and tells about them', async () => {
      await using given = await setup()
      await using rootfs = await given.subject.open(given.source)
      await rootfs.makeDirectory('/a/b/c', { mode: 0o750 })
      expect(await rootfs.stat('/a/b/c')).toMatchObject({ name: 'c', mode: 0o40750, uid: 0, gid: 0 })
      await rootfs.makeDirectory('/a/b/c', { mode: 0o700 })
      expect(await rootfs.stat('/a/b/c')).toMatchObject({ mode: 0o40750 })
      expect(await rootfs.stat('/a/x')).toBeUndefined()
      expect(await rootfs.stat('/')).toMatchObject({ name: '/' })
    })

    test('names archive members like cp does', async () => {
      await using given = await setup()
      await using rootfs = await given.subject.open(given.source)
      await rootfs.makeDirectory('/a/b/c')
      expect(namesOf(await archiveOf(rootfs, '/a/b'))).toEqual(['b/', 'b/c/'])
      expect(namesOf(await archiveOf(rootfs, '/a/b/'))).toEqual(['b/', 'b/c/'])
      expect(namesOf(await archiveOf(rootfs, '/a/b/.'))).toEqual(['./', './c/'])
      await expect(archiveOf(rootfs, '/nothing')).rejects.toMatchObject({ code: 'not-found' })
    })

    test('extracts what it archived, elsewhere', async () => {
      await using given = await setup()
      await using rootfs = await given.subject.open(given.source)
      await rootfs.makeDirectory('/from/deep', { mode: 0o711 })
      await rootfs.makeDirectory('/to')
      await rootfs.extract('/to', once(await archiveOf(rootfs, '/from')), { owner: { uid: 7, gid: 8 } })
      expect(await rootfs.stat('/to/from/deep')).toMatchObject({ mode: 0o40711, uid: 7, gid: 8 })
      await expect(rootfs.extract('/nowhere', once(Buffer.alloc(1024)))).rejects.toMatchObject({ code: 'not-found' })
    })

    test('reads only regular files, and not more than allowed', async () => {
      await using given = await setup()
      await using rootfs = await given.subject.open(given.source)
      await rootfs.makeDirectory('/etc')
      expect(await rootfs.read('/etc/passwd', { maxBytes: 100 })).toBeUndefined()
      await expect(rootfs.read('/etc', { maxBytes: 100 })).rejects.toMatchObject({ code: 'invalid-argument' })
      await rootfs.extract('/etc', once(fileTar('passwd', 'root:x:0:0')))
      expect(Buffer.from((await rootfs.read('/etc/passwd', { maxBytes: 100 })) ?? []).toString()).toBe('root:x:0:0')
      await expect(rootfs.read('/etc/passwd', { maxBytes: 9 })).rejects.toMatchObject({ code: 'exhausted' })
      expect(namesOf(await archiveOf(rootfs, '/etc/passwd'))).toEqual(['passwd'])
    })

    test('replaces a directory by a file only when told to', async () => {
      await using given = await setup()
      await using rootfs = await given.subject.open(given.source)
      await rootfs.makeDirectory('/etc/passwd/x')
      const tar = fileTar('passwd', 'text')
      await expect(rootfs.extract('/etc', once(tar))).rejects.toMatchObject({ code: 'invalid-argument' })
      await rootfs.extract('/etc', once(tar), { overwrite: true })
      expect(await rootfs.stat('/etc/passwd')).toMatchObject({ size: 4 })
    })

    test('refuses a broken archive', async () => {
      await using given = await setup()
      await using rootfs = await given.subject.open(given.source)
      await expect(rootfs.extract('/', once(fileTar('x', 'text').subarray(0, 700)))).rejects.toMatchObject({
        code: 'corrupt'
      })
      await expect(rootfs.extract('/', once(Buffer.alloc(1024, 'x')))).rejects.toMatchObject({ code: 'corrupt' })
    })
  })
}
