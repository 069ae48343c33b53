import { readFileSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { tarArchive, testImageOf, type TarMember, type TestImage } from '@runcible/fixtures'
import { execa } from 'execa'

const port = 8222

const settings = `server_name: $SERVER_NAME
http_port: ${port}
jetstream { store_dir: "/data" }
`

/**
 * An image of a real server, made of this machine's own files: the distribution's base files, the shared libraries, a
 * shell, and nats-server, each in a layer of its own. It answers HTTP on its monitoring port.
 */
export async function serverImage(): Promise<TestImage> {
  const server = await pathOf('nats-server')
  const libraries = await librariesOf(server)
  const layers: readonly (readonly TarMember[])[] = [
    [
      ...['data', 'dev', 'etc', 'proc', 'root', 'run', 'sys', 'tmp', 'usr', 'usr/bin', 'usr/sbin', 'var'].map(
        directory
      ),
      ...['bin', 'sbin'].map((name): TarMember => ({ name, type: 'symlink', target: `usr/${name}` })),
      file('etc/os-release', readFileSync('/etc/os-release')),
      file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnats:x:1000:1000:nats:/data:/bin/false\n'),
      file('etc/group', 'root:x:0:\nnats:x:1000:\n')
    ],
    [
      ...foldersOf(libraries).map(directory),
      ...libraries.map((path) => file(path.slice(1), readFileSync(path), 0o755))
    ],
    [file('usr/bin/busybox', readFileSync('/bin/busybox'), 0o755), ...['sh', 'cat', 'ls', 'id', 'env'].map(applet)],
    [file('usr/sbin/nats-server', readFileSync(server), 0o755)],
    [directory('etc/nats'), file('etc/nats/nats.conf', settings)]
  ]
  return testImageOf({
    tars: layers.map(tarArchive),
    run: {
      Entrypoint: ['/usr/sbin/nats-server'],
      Cmd: ['--config', '/etc/nats/nats.conf'],
      Env: ['PATH=/usr/sbin:/usr/bin', 'SERVER_NAME=unnamed'],
      ExposedPorts: { [`${port}/tcp`]: {} },
      StopSignal: 'SIGTERM'
    }
  })
}

const directory = (name: string): TarMember => ({ name, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 })

const file = (name: string, content: Uint8Array | string, mode = 0o644): TarMember => ({ name, content, mode })

const applet = (name: string): TarMember => ({ name: `usr/bin/${name}`, type: 'symlink', target: 'busybox' })

async function pathOf(program: string): Promise<string> {
  const { stdout } = await execa('sh', ['-c', 'command -v "$0"', program], {
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` }
  })
  return realpathSync(stdout)
}

/** Paths of the shared libraries and of the loader, as the program asks for them. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout, failed } = await execa('ldd', [program], { reject: false })
  if (failed) return []
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1]!)
}

/** Every directory above the given files, parents first, without the leading slash. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) folders.add(folder.slice(1))
  }
  return [...folders].sort((a, b) => a.split('/').length - b.split('/').length)
}
