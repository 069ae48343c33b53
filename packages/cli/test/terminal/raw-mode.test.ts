import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What stty tells of a terminal as a shell has it. */
const asBefore = /opost\r\nisig\r\nicanon\r\necho\r\n/

const child = join(import.meta.dirname, '../support/pty-child.ts')

/** Runs a line in a pseudo terminal of script(1), types the keys once the container is ready, and gives what was shown. */
async function inTerminal(argv: readonly string[], keys: string): Promise<string> {
  const line = [process.execPath, '--conditions=source', '--disable-warning=ExperimentalWarning', child, ...argv].join(
    ' '
  )
  const script = spawn('script', [
    '-qec',
    `stty rows 24 cols 80; ${line}; echo end=$?; stty -a | grep -o -E -- '-?(icanon|echo|isig|opost)\\b'`,
    '/dev/null'
  ])
  let shown = ''
  let typed = false
  script.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    if (!typed && shown.includes('ready')) {
      typed = true
      script.stdin.write(keys)
    }
  })
  await new Promise((resolve) => script.once('close', resolve))
  return shown
}

describe('a terminal', () => {
  it('is raw while the container runs, and as before afterwards', async () => {
    const shown = await inTerminal(['run', '-it', 'img'], 'a\x03x')
    expect(shown).toContain('raw=true size=80x24')
    expect(shown).toContain('typed "a\\u0003x"')
    expect(shown).toContain('code=5 raw=false')
    expect(shown).toContain('end=5')
    expect(shown).toContain('feed\n')
    expect(shown).not.toContain('feed\r')
    expect(shown).toMatch(asBefore)
  })

  it('is left by the detach keys, and the container goes on', async () => {
    const shown = await inTerminal(['run', '-it', 'img'], 'ab\x10\x11')
    expect(shown).toContain('typed "ab"')
    expect(shown).toMatch(
      /code=0 raw=false calls=create\|start \w+ attended attached\|wait \w+ default\|detach\|leave\r?$/m
    )
    expect(shown).not.toContain('cleanup')
    expect(shown).toMatch(asBefore)
  })

  it('is left by other keys when they are chosen', async () => {
    const shown = await inTerminal(['run', '-it', '--detach-keys', 'ctrl-a,d', 'img'], '\x10\x11\x01d')
    expect(shown).toContain('typed "\\u0010\\u0011"')
    expect(shown).toContain('code=0 raw=false')
  })
})
