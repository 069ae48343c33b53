import type { MonitoredProcess } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { findMonitor, type ProcessRecord } from '../process-record.ts'
import type { TaskFiles } from '../task-files.ts'
import { connectAttach } from './attach-socket.ts'
import { sendWindowSize } from './control-pipe.ts'
import { readExit, untilExit } from './exit-file.ts'

export interface MonitoredInit {
  readonly linux: Linux
  readonly id: string
  readonly files: TaskFiles
  readonly record: ProcessRecord | undefined
  readonly pid: number
}

/** A process behind conmon, seen through the files in its directory. */
export const monitoredProcess = ({ linux, id, files, record, pid }: MonitoredInit): MonitoredProcess => {
  const resize: MonitoredProcess['resize'] = async (size) => sendWindowSize(files.control, size)
  return {
    id,
    pid,
    attach: async (request) => {
      const attachment = connectAttach({ linux, path: files.attach, request, resize })
      try {
        if (request.size !== undefined) await resize(request.size)
        return attachment
      } catch (error) {
        attachment.detach()
        throw error
      }
    },
    resize,
    wait: ({ signal } = {}) =>
      untilExit({ linux, files, record, signal, monitor: () => record?.monitor ?? findMonitor(linux, files) }),
    exit: async () => readExit(linux, files, record)
  }
}
