// Runs inside a terminal: a container that says how it sees its terminal and what is typed.
import { main } from '../../src/main.ts'
import { fakeEngine } from './fake-engine.ts'

const engine = fakeEngine({
  program: async ({ stdin, stdout }) => {
    stdout.write('ready\r\n')
    for await (const chunk of stdin) {
      const text = String(chunk)
      stdout.write(
        `raw=${process.stdin.isRaw} size=${process.stdout.columns}x${process.stdout.rows} typed ${JSON.stringify(text)}\r\n`
      )
      stdout.write('feed\n')
      if (text.includes('x')) return 5
    }
    return 6
  }
})
const code = await main({ argv: process.argv.slice(2), engine: async () => engine, version: '0', env: {} })
process.stdout.write(`code=${code} raw=${process.stdin.isRaw} calls=${engine.calls.join('|')}\n`)
process.exit(code)
