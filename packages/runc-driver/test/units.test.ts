import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLinux } from '@runcible/linux'
import { findExecutable, runc } from '@runcible/runc-driver'
import { launchArgs } from '../src/monitor/conmon-args.ts'
import { readAnswer } from '../src/monitor/sync-pipe.ts'
import { signalNumber } from '../src/signals.ts'
import { parseLegacyBlock, parseUnifiedBlock } from '../src/stats.ts'
import { taskFiles } from '../src/task-files.ts'

describe('signalNumber', () => {
  it.each([
    ['SIGTERM', 15],
    ['term', 15],
    ['9', 9],
    [9, 9],
    ['SIGRTMIN', 34],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
    ['64', 64]
  ])('%s is %i', (signal, number) => {
    expect(signalNumber(signal)).toBe(number)
  })
  it.each(['SIGNOTHING', '0', '65', '-1', '', 'SIGRTMIN+99'])('refuses %j', (signal) => {
    expect(() => signalNumber(signal)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

describe('readAnswer', () => {
  const answer = (text: string, signal?: AbortSignal) => {
    const pipe = new PassThrough()
    pipe.end(text)
    return readAnswer(pipe, { step: 'create', deadline: 5000, signal })
  }
  it('reads a process id, a failure with its message, and nothing', async () => {
    expect(await answer('{"data": 123}\n')).toEqual({ pid: 123 })
    expect(await answer('{"data": -1, "message": "no\\n"}\n')).toEqual({ failure: 'no\n' })
    expect(await answer('garbage\n')).toEqual({ failure: 'garbage' })
    expect(await answer('')).toBeUndefined()
  })
  it('has a deadline and takes a signal', async () => {
    const silent = new PassThrough()
    await expect(readAnswer(silent, { step: 'create', deadline: 5 })).rejects.toMatchObject({ code: 'timeout' })
    await expect(answer('', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('launchArgs', () => {
  const base = {
    id: 'c1',
    uuid: 'c1',
    files: taskFiles('/tasks/c1'),
    runtime: { path: '/runc', options: ['--root', '/r'] },
    stdin: true,
    terminal: false
  }
  it('says which logs conmon cannot write', () => {
    expect(() => launchArgs({ ...base, log: { driver: 'json-file', path: '/x' } })).toThrow(
      expect.objectContaining({ code: 'unsupported' })
    )
    expect(() => launchArgs({ ...base, log: { driver: 'journald' } })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' })
    )
    expect(() => launchArgs({ ...base, terminal: true, log: { driver: 'passthrough' } })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' })
    )
  })
  it('bounds the log and passes the exit command word by word', () => {
    const args = launchArgs({
      ...base,
      log: { driver: 'k8s-file', path: '/x', maxSize: 5 },
      exitCommand: ['/bin/x', '--y', '']
    })
    expect(args.join(' ')).toContain('--log-path k8s-file:/x --log-size-max 5')
    expect(args.slice(-6)).toEqual(['--exit-command', '/bin/x', '--exit-command-arg', '--y', '--exit-command-arg', ''])
  })
})

describe('block statistics', () => {
  it('adds up the devices of either version', () => {
    expect(parseLegacyBlock('8:0 Read 10\n8:0 Write 5\n8:16 Read 1\n8:0 Total 15\nTotal 16')).toEqual({
      blockRead: 11,
      blockWrite: 5
    })
    expect(parseUnifiedBlock('8:0 rbytes=10 wbytes=5 rios=1 wios=1\n8:16 rbytes=1 wbytes=0')).toEqual({
      blockRead: 11,
      blockWrite: 5
    })
    expect(parseLegacyBlock('')).toEqual({ blockRead: 0, blockWrite: 0 })
  })
})

describe('a missing program', () => {
  it('is named with the package that has it', async () => {
    expect(() => findExecutable('no-such-program', 'runc')).toThrow(
      expect.objectContaining({ code: 'unavailable', hint: expect.stringContaining('apt-get install runc') })
    )
    const root = mkdtempSync(join(tmpdir(), 'tasks-'))
    try {
      const runtime = runc({ linux: createLinux(), root, runtime: '/no/such/runc' })({})
      await expect(runtime.features()).rejects.toMatchObject({ code: 'unavailable' })
      const io = { terminal: false, stdin: false, log: { driver: 'none' } } as const
      await expect(runtime.create({ id: 'c1', spec: { ociVersion: '1.0.2' }, rootfs: [], io })).rejects.toMatchObject({
        code: 'unavailable'
      })
      expect(await runtime.list()).toEqual([])
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
