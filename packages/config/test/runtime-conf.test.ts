import { describe, expect, it } from 'vitest'
import { sandbox } from './sandbox.ts'

describe('runtime', () => {
  it('is what containers.conf names, with its paths', () => {
    using box = sandbox()
    box.write(
      'etc/containers.conf',
      '[engine]\nruntime = "crun"\nconmon_path = ["/opt/conmon", "/usr/bin/conmon"]\n[engine.runtimes]\ncrun = ["/opt/crun"]\n'
    )
    const { runtime } = box.load()
    expect(runtime).toMatchObject({ name: 'crun', paths: ['/opt/crun'], cgroupManager: 'cgroupfs' })
    expect(runtime.conmonPaths.slice(0, 2)).toEqual(['/opt/conmon', '/usr/bin/conmon'])
    expect(new Set(runtime.conmonPaths).size).toBe(runtime.conmonPaths.length)
  })

  it('is a flag before a variable before the file', () => {
    using box = sandbox()
    box.write('etc/containers.conf', '[engine]\nruntime = "crun"\n')
    expect(box.load({ env: { RUNCIBLE_RUNTIME: 'youki' } }).runtime.name).toBe('youki')
    expect(box.load({ env: { RUNCIBLE_RUNTIME: 'youki' }, flags: { runtime: 'runc' } }).runtime.paths[0]).toBe(
      '/usr/bin/runc'
    )
  })

  it('is found under quoted keys too', () => {
    using box = sandbox()
    box.write('etc/containers.conf', '"engine"."runtime" = "crun"\n"engine".runtimes."crun" = ["/opt/crun"]\n')
    expect(box.load().runtime).toMatchObject({ name: 'crun', paths: ['/opt/crun'] })
    box.write('etc/containers.conf', '[engine]\n"runti\\u006de" = "youki"\n')
    expect(box.load().runtime.name).toBe('youki')
  })

  it('is not affected by keys in comments or with longer names', () => {
    using box = sandbox()
    box.write(
      'etc/containers.conf',
      '[engine]\n# runtime = "crun"\nruntime_supports_json = ["crun"]\n[engine.runtimes]\nyouki = ["/opt/youki"]\n'
    )
    expect(box.load().runtime.name).toBe('runc')
  })

  it('can be a path', () => {
    using box = sandbox()
    expect(box.load({ flags: { runtime: '/opt/bin/my.runc', conmon: '/opt/conmon' } }).runtime).toMatchObject({
      name: 'my.runc',
      paths: ['/opt/bin/my.runc'],
      conmonPaths: ['/opt/conmon']
    })
  })

  it.each(['./runc', 'a b', '', '../x', 'engine.runtimes'])('refuses %j', (runtime) => {
    using box = sandbox()
    expect(() => box.load({ flags: { runtime } }).runtime).toThrow('runtime')
  })

  it('refuses a relative conmon', () => {
    using box = sandbox()
    expect(() => box.load({ flags: { conmon: 'conmon' } }).runtime).toThrow('conmon')
  })
})
