import { EngineError } from '@runcible/interface'
import type { Stdio } from '../stdio.ts'

const longest = 64 * 1024

/** Asks on the standard output and reads a line from the standard input, which need not be a terminal. */
export async function askLine({ stdin, stdout }: Stdio, question: string): Promise<string> {
  stdout.write(question)
  return (await readLine(stdin)).trim()
}

/**
 * Asks for something that nobody may see: what is typed is not shown.
 *
 * @throws EngineError `failed-precondition` without a terminal, `aborted` for Ctrl-C.
 */
export async function askSecret({ stdin, stdout }: Stdio, question: string, elsewhere: string): Promise<string> {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) {
    throw new EngineError(
      'failed-precondition',
      `there is no terminal to ask for it: ${question.replace(/:\s*$/, '')}`,
      {
        hint: elsewhere
      }
    )
  }
  stdout.write(question)
  stdin.setRawMode(true)
  try {
    return await readLine(stdin)
  } finally {
    stdin.setRawMode(false)
    stdout.write('\n')
  }
}

const interrupt = '\u0003'
const endOfInput = '\u0004'
const erase = /[\u0008\u007f]/
const killLine = '\u0015'

/** One line; what follows it stays in the stream. In raw mode the keys that edit a line are ours to handle. */
function readLine(stdin: Stdio['stdin']): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = ''
    const finish = (settle: () => void): void => {
      stdin.off('data', take).off('end', end).off('error', fail)
      stdin.pause()
      settle()
    }
    const fail = (error: Error): void => finish(() => reject(error))
    const end = (): void =>
      line === '' ? fail(new EngineError('aborted', 'the input ended before an answer')) : finish(() => resolve(line))
    const take = (chunk: Buffer | string): void => {
      const characters = [...chunk.toString('utf8')]
      for (const [index, character] of characters.entries()) {
        if (character === interrupt) return fail(new EngineError('aborted', 'interrupted'))
        if (character === '\n' || character === '\r' || character === endOfInput) {
          const rest = characters
            .slice(index + 1)
            .join('')
            .replace(character === '\r' ? /^\n/ : /(?!)/, '')
          finish(() => resolve(line))
          if (rest !== '') stdin.unshift(Buffer.from(rest))
          return
        }
        if (erase.test(character)) line = [...line].slice(0, -1).join('')
        else if (character === killLine) line = ''
        else line += character
      }
      if (line.length > longest) fail(new EngineError('invalid-argument', 'the line is too long'))
    }
    stdin.on('data', take).once('end', end).once('error', fail)
    stdin.resume()
  })
}

/** Everything on the standard input, without the line end that programs put after it. */
export async function readAll({ stdin }: Pick<Stdio, 'stdin'>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > longest) throw new EngineError('invalid-argument', 'the standard input is too long for a password')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
