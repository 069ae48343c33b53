import type { Linux } from '@runcible/linux'
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Decompressor } from './compression.ts'

/** A program that unpacks a file into a pipe. */
export interface DecompressorProcess {
  /** The reading end; whoever reads it closes it. */
  readonly fd: number
  /** Resolves when the program is gone, with what it complained about; `undefined` when it succeeded. */
  readonly ended: Promise<string | undefined>
  /** What it complained about if it gave up by itself, rather than because nobody read on. */
  complaint(): Promise<string | undefined>
  kill(): void
}

/** Enough of what a program says when it fails. */
const MESSAGE_LIMIT = 400
let counter = 0

/** Both ends of a pipe that has no name any more. */
const makePipe = (linux: Pick<Linux, 'fs'>, tmp: string): { readonly input: number; readonly output: number } => {
  mkdirSync(tmp, { recursive: true, mode: 0o700 })
  const path = join(tmp, `pipe-${process.pid}-${counter++}`)
  linux.fs.mknodAt(linux.fs.cwd, path, { type: 'fifo', mode: 0o600 })
  // Opened for both first: the one-sided opens then do not wait for each other.
  const both = openSync(path, constants.O_RDWR)
  try {
    const input = openSync(path, constants.O_RDONLY)
    try {
      return { input, output: openSync(path, constants.O_WRONLY) }
    } catch (error) {
      closeSync(input)
      throw error
    }
  } finally {
    closeSync(both)
    rmSync(path)
  }
}

/** Starts `program` on the file `packed`. */
export const startDecompressor = (
  linux: Pick<Linux, 'fs'>,
  tmp: string,
  program: Decompressor,
  packed: string
): DecompressorProcess => {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const pipe = makePipe(linux, tmp)
  let source: number
  try {
    source = openSync(packed, 'r')
  } catch (error) {
    closeSync(pipe.input)
    closeSync(pipe.output)
    throw error
  }
  const child = spawn(program.file, program.args, { stdio: [source, pipe.output, 'pipe'], env: {} })
  closeSync(source)
  closeSync(pipe.output)
  let message = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (message.length < MESSAGE_LIMIT) message += text
  })
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      // It names a standard input as a file that has no name.
      const said = message
        .trim()
        .split('\n')[0]
        ?.replace(/ ?\(null\)/, '')
      resolve(code === 0 ? undefined : said || `${program.file} ended with ${signal ?? code}`)
    })
  })
  const complaint = async () => {
    const said = await ended
    return child.signalCode !== null || /pipe|write/i.test(said ?? '') ? undefined : said
  }
  return { fd: pipe.input, ended, complaint, kill: () => child.kill('SIGKILL') }
}
