import { describe, expect, test } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const events = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await box.ok('events', '--stream=false', '--since', '1h', ...args)).split('\n').filter(Boolean)

describe('events', () => {
  test('the life of a container, told afterwards', async () => {
    const id = await box.ok(
      'create',
      '--name',
      'told',
      '--label',
      'app=told',
      '--network',
      'none',
      box.image,
      'sleep',
      '60'
    )
    await box.ok('start', 'told')
    await box.ok('exec', 'told', 'true')
    await box.ok('pause', 'told')
    await box.ok('unpause', 'told')
    await box.ok('kill', 'told')
    await box.ok('wait', 'told')
    await box.ok('rm', '--force', 'told')
    const actions = await events('--filter', 'container=told', '--format', '{{.Status}}')
    const wanted = ['create', 'start', 'exec', 'pause', 'unpause', 'kill', 'died', 'remove']
    expect(actions.filter((action) => wanted.includes(action))).toEqual(wanted)
    const [line = ''] = await events('--filter', 'event=create', '--filter', 'type=container')
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC container create [0-9a-f]{64} \(image=/)
    expect(line).toMatch(/, name=told.*app=told/)
    const [died = '{}'] = await events('--filter', 'event=died', '--filter', 'label=app=told', '--format', 'json')
    const { Time: _time, Image, ...rest } = JSON.parse(died)
    expect(Image).toContain('busybox')
    expect(rest).toMatchObject({
      ID: id,
      Name: 'told',
      Status: 'died',
      Type: 'container',
      ContainerExitCode: 137
    })
    expect(rest.Attributes).toMatchObject({ app: 'told' })
  })

  test('images and volumes', async () => {
    await box.ok('tag', box.image, 'localhost/told:1')
    await box.ok('untag', box.image, 'localhost/told:1')
    await box.ok('volume', 'create', 'told')
    await box.ok('volume', 'rm', 'told')
    const image = await events('--filter', 'type=image', '--format', '{{.Status}} {{.Name}}')
    expect(image.slice(-2)).toEqual([expect.stringMatching(/^tag /), 'untag localhost/told:1'])
    const volume = await events('--filter', 'type=volume', '--format', '{{.Type}} {{.Status}} {{.Name}}')
    expect(volume).toEqual(['volume create told', 'volume remove told'])
  })

  test('as they happen, until a time', async () => {
    const begun = Date.now()
    const watching = box.start(['events', '--filter', 'type=volume', '--format', '{{.Status}} {{.Name}}'])
    await using _watching = watching
    // Nothing tells that it listens, so something happens until it was seen.
    for (let number = 0; !watching.stdout().includes('create later'); number++) {
      await box.ok('volume', 'create', `later${number}`)
      await box.ok('volume', 'rm', `later${number}`)
      if (Date.now() - begun > 30_000) throw new Error(`no event was seen\n${watching.stderr()}`)
    }
    watching.kill('SIGTERM')
    await watching.ended
    expect(await box.ok('events', '--since=1h', '--until=-50m')).toBe('')
    expect(await box.ok('events', '--filter', 'event=none-such', '--until', '1s')).toBe('')
  })

  oursOnly('what makes no sense is refused', async () => {
    expect(await box.fails(125, 'events', '--filter', 'colour=red')).toMatch(/colour is an invalid filter/)
    await box.fails(125, 'events', '--filter', 'type=weather')
    await box.fails(125, 'events', '--since', 'someday')
    await box.fails(125, 'events', 'argument')
  })
})
