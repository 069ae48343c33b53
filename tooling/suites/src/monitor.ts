import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LaunchRequest, Monitor } from '@runcible/interface'
import { everything, outputsOf, rejectsWith, shell } from './container-runtime-subject.ts'

export interface MonitorSubject extends AsyncDisposable {
  readonly monitor: Monitor
  /** The same processes as another process of ours has them. */
  readonly other: Monitor
  /** Makes a bundle. */
  bundle(id: string, command: readonly string[], options?: { readonly stdin?: boolean }): Promise<LaunchRequest>
  /** Has the runtime start the container that a launch has created. */
  start(id: string): Promise<void>
}

/** What every `Monitor` must do. */
export function describeMonitor(name: string, setup: () => Promise<MonitorSubject>): void {
  describe(`Monitor: ${name}`, () => {
    let subject: MonitorSubject
    beforeEach(async () => {
      subject = await setup()
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    it('holds the streams and records the exit', async () => {
      const launched = await subject.monitor.launch(await subject.bundle('m1', shell('echo out; echo err >&2; exit 6')))
      expect(launched.pid).toBeGreaterThan(0)
      expect(await launched.exit()).toBeUndefined()
      const attachment = await launched.attach({ stdout: true, stderr: true })
      await subject.start('m1')
      expect(await outputsOf(attachment)).toEqual(['out\n', 'err\n'])
      const exit = await launched.wait()
      expect(exit.code).toBe(6)
      expect(await launched.exit()).toEqual(exit)
    })

    it('is found again by another process', async () => {
      const launched = await subject.monitor.launch(await subject.bundle('m2', ['cat'], { stdin: true }))
      const again = await subject.other.reconnect('m2')
      expect(again.pid).toBe(launched.pid)
      const attachment = await again.attach(everything)
      await subject.start('m2')
      attachment.stdin?.end('through')
      expect((await outputsOf(attachment))[0]).toBe('through')
      expect((await again.wait()).code).toBe(0)
    })

    it('fails a launch with the words of the runtime', async () => {
      const request = await subject.bundle('m3', ['no-such-command'])
      await expect(subject.monitor.launch(request)).rejects.toMatchObject({
        code: 'command-not-found',
        message: expect.stringContaining('no-such-command')
      })
    })

    it('forgets, and then knows nothing', async () => {
      const launched = await subject.monitor.launch(await subject.bundle('m4', ['true']))
      await subject.start('m4')
      await launched.wait()
      await subject.monitor.forget('m4')
      await subject.monitor.forget('m4')
      await rejectsWith(subject.other.reconnect('m4'), 'not-found')
    })

    it('stops waiting when the signal fires', async () => {
      const launched = await subject.monitor.launch(await subject.bundle('m5', ['cat'], { stdin: true }))
      const controller = new AbortController()
      const waited = launched.wait({ signal: controller.signal })
      controller.abort()
      await rejectsWith(waited, 'aborted')
    })
  })
}
