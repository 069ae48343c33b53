import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { isPodman, openPodman, oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const run = (name: string, script: string, ...flags: readonly string[]): Promise<string> =>
  box.ok('run', '--name', name, '--network', 'none', ...flags, ...box.sh(script))
const inNew = (image: string, ...command: readonly string[]): Promise<string> =>
  box.ok('run', '--rm', '--network', 'none', image, ...command)
const inspected = async (image: string, template: string): Promise<string> =>
  box.ok('image', 'inspect', '--format', template, image)

afterEach(async () => {
  const containers = (await box.ok('ps', '-aq')).split('\n').filter(Boolean)
  if (containers.length > 0) await box.ok('rm', '--force', '--time', '0', ...containers)
})

/** Makes things of every kind, and changes and removes what the image has. */
const changes = `
mkdir -p /made/a/b /var/www/new; echo text > /made/file; ln /made/file /made/a/hard; ln -s /made/file /made/link
ln -s /nowhere /made/dangling; mkfifo /made/fifo; mknod /made/null c 1 3; echo x > /made/setuid; chmod 4755 /made/setuid
dd if=/dev/zero of=/made/sparse bs=1 count=1 seek=5000000 2>/dev/null; chmod 1777 /made/a; chown 1234:5678 /made/a/b
touch "/made/$(printf 'bad\\377name')" "/made/$(printf '%0200d' 1)"; echo y > /made/old; touch -d '2001-02-03 04:05:06' /made/old
rm /bin/tac; rm -r /home; mkdir /home; echo home > /home/new; rm -r /var/www; echo file > /var/www; chmod 700 /root
`
const look = `
cd /; for name in made home var root bin/tac; do [ -e $name ] || { echo "no $name"; continue; }
find $name -type d -exec stat -c '%n %f %u:%g %Y' {} + | sort
find $name ! -type d -exec stat -c '%N %f %u:%g %s %Y %h %t:%T' {} + | sort; done
cat /made/a/hard /home/new /var/www; md5sum /made/sparse`

describe('commit', () => {
  // Podman cannot follow a directory that became a file.
  oursOnly('everything that a container did is there in a container of the image', async () => {
    const before = await run('maker', changes + look, '--cap-add', 'MKNOD')
    expect(before).toContain('no bin/tac')
    const id = (await box.ok('commit', '--quiet', 'maker', 'made:1')).split('\n').at(-1) ?? ''
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(await inNew('made:1', 'sh', '-c', look)).toBe(before)
    expect(await box.ok('diff', 'maker')).toBe(await box.ok('diff', id))
    expect(await box.ok('diff', 'maker', id)).toBe('')
    await box.ok('commit', '--quiet', '--squash', 'maker', 'made:flat')
    expect(await inNew('made:flat', 'sh', '-c', look)).toBe(before)
    expect(await inspected('made:flat', '{{len .RootFS.Layers}} {{len .History}}')).toBe('1 1')
  })

  test('nothing changed: the layers are those of the image and one that changes nothing', async () => {
    await run('idle', 'true')
    await box.ok('commit', '-q', 'idle', 'idle:1')
    const layers = (await inspected('idle:1', '{{range .RootFS.Layers}}{{println .}}{{end}}')).trim().split('\n')
    const base = (await inspected(box.image, '{{range .RootFS.Layers}}{{println .}}{{end}}')).trim().split('\n')
    expect(layers.slice(0, -1)).toEqual(base)
    expect((await box.ok('diff', 'idle:1')).split('\n').filter((line) => line !== 'C /etc' && line !== '')).toEqual([])
    expect(await inspected('idle:1', '{{.Parent}}')).toBe(await inspected(box.image, '{{.Id}}'))
  })

  test('the configuration is the container’s, with changes', async () => {
    const flags = ['-e', 'A=1', '-w', '/tmp', '-u', '0:0', '-l', 'a=b', '--entrypoint', '["/bin/sh","-c"]']
    await box.ok('run', '--name', 'set', '--network', 'none', ...flags, box.image, 'true')
    const settings = ['CMD ["echo $A $B"]', 'ENV=B=2', 'EXPOSE 8080', 'VOLUME ["/data"]', 'STOPSIGNAL 3', 'LABEL c=d']
    await box.ok('commit', '-q', '--author', 'me', ...settings.flatMap((one) => ['--change', one]), 'set', 'set:1')
    expect(await inspected('set:1', '{{json .Config.Entrypoint}}{{json .Config.Cmd}}{{.Config.WorkingDir}}')).toBe(
      '["/bin/sh","-c"]["echo $A $B"]/tmp'
    )
    expect(await inspected('set:1', '{{.Config.ExposedPorts}}{{.Config.Volumes}}{{.Config.StopSignal}}')).toBe(
      'map[8080/tcp:{}]map[/data:{}]3'
    )
    expect(await inspected('set:1', '{{.Labels}} {{.Author}} {{.User}}')).toBe('map[a:b c:d] me 0:0')
    expect(await inNew('set:1')).toBe('1 2')
  })

  test('a running container goes on, paused meanwhile or not', async () => {
    await box.ok('run', '-d', '--name', 'up', '--network', 'none', ...box.sh('echo live > /live; exec sleep 1000'))
    await box.ok('exec', 'up', 'sh', '-c', 'until [ -s /live ]; do sleep 0.1; done')
    await box.ok('commit', '-q', '--pause', 'up', 'up:1')
    await box.ok('commit', '-q', '-f', 'docker', '-m', 'a message', '--iidfile', box.file('id'), 'up', 'up:2')
    expect(await box.ok('inspect', '--format', '{{.State.Status}}', 'up')).toBe('running')
    expect(await box.ok('exec', 'up', 'cat', '/live')).toBe('live')
    expect(await inNew('up:1', 'cat', '/live')).toBe('live')
    expect(await inNew('up:2', 'cat', '/live')).toBe('live')
    expect(await inspected('up:2', '{{.Comment}} {{.ManifestType}}')).toBe(
      'a message application/vnd.docker.distribution.manifest.v2+json'
    )
    expect(await readFile(box.file('id'), 'utf8')).toBe(await inspected('up:2', '{{.Id}}'))
  })

  test('what cannot be done is told', async () => {
    await run('one', 'true')
    expect(await box.fails(125, 'commit', '-m', 'words', 'one')).toMatch(/docker/)
    expect(await box.fails(125, 'commit', '-c', 'FROM x', 'one')).toMatch(/FROM/)
    expect(await box.fails(125, 'commit', '-f', 'tar', 'one')).toMatch(/tar/)
    await box.fails(125, 'commit', 'absent')
    await box.fails(125, 'commit', 'one', 'Not:A:Name')
  })

  oursOnly('Podman runs what was committed, and the other way round', async () => {
    await using podman = await openPodman()
    if (podman === undefined) return
    const { ok } = podman
    const [ours, theirs] = [`${box.registry}/committed/ours:1`, `${box.registry}/committed/theirs:1`]
    await run('here', changes + look, '--cap-add', 'MKNOD')
    await box.ok('commit', '-q', '-c', 'CMD ["cat", "/made/a/hard", "/home/new", "/var/www"]', 'here', ours)
    await box.ok('push', '-q', '--tls-verify=false', ours)
    expect(await ok('run', '--rm', '--network', 'none', '--tls-verify=false', ours)).toBe('text\nhome\nfile')
    const script = 'rm -r /home; mkdir /home; echo theirs > /home/x; ln /home/x /home/y; rm /bin/tac'
    await ok('run', '--name', 'there', '--network', 'none', '--tls-verify=false', box.image, 'sh', '-c', script)
    await ok('commit', '-q', 'there', theirs)
    await ok('push', '-q', '--tls-verify=false', theirs)
    await box.ok('pull', '-q', '--tls-verify=false', theirs)
    expect(await inNew(theirs, 'sh', '-c', 'cat /home/y; ls /home; ls /bin/tac 2>&1 || true')).toMatch(
      /^theirs\nx\ny\n.*No such file/
    )
  })
})

describe('export and import', () => {
  test('a container becomes an image of one layer', async () => {
    await run('flat', 'mkdir /made; echo text > /made/file; ln /made/file /made/hard; rm /bin/tac; echo > /.wh.odd')
    await box.ok('export', '-o', box.file('flat.tar'), 'flat')
    const changed = ['-c', 'CMD ["cat", "/made/hard"]', '-c', 'ENV=PATH=/bin', '-m', 'my words']
    await box.ok('import', '-q', ...changed, box.file('flat.tar'), 'flat:1')
    expect(await inNew('flat:1')).toBe('text')
    expect(await inspected('flat:1', '{{len .RootFS.Layers}} {{.Comment}}')).toBe('1 my words')
    expect(await box.ok('history', '--format', '{{.Comment}}', 'flat:1')).toBe('my words')
    await box.fails(125, 'export', 'absent')
  })

  // Podman opens its standard output anew, which a socket does not allow.
  oursOnly('to the standard output', async () => {
    await run('out', 'echo text > /made')
    const { stdout, exitCode } = await box.run(['export', 'out'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('made\0')
  })

  test('an archive is not written to a terminal', async () => {
    await run('shown', 'true')
    await using terminal = box.terminal(['export', 'shown'])
    expect(await terminal.ended()).toBe(125)
    expect(terminal.screen()).toMatch(/refusing to export to terminal/)
  })

  test('from the standard input, and of another platform', async () => {
    await run('piped', 'true')
    await box.ok('export', '-o', box.file('piped.tar'), 'piped')
    const input = await readFile(box.file('piped.tar'))
    const result = await box.run(
      ['import', '-q', '--os', 'linux', '--arch', 'arm64', '--variant', 'v8', '-', 'arm:1'],
      {
        input
      }
    )
    expect(result.exitCode).toBe(0)
    expect(result.stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/)
    expect(await inspected('arm:1', '{{.Os}}/{{.Architecture}}')).toBe('linux/arm64')
    await writeFile(box.file('empty.tar'), '')
    if (!isPodman) await box.fails(125, 'import', box.file('empty.tar'))
    await box.fails(125, 'import', box.file('absent.tar'))
  })
})
