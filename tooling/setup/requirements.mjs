/**
 * One program that is not on npm: how its presence is seen, and which package brings it.
 * @typedef {object} Requirement
 * @property {string} binary Program, looked for on PATH and in the usual sbin folders.
 * @property {string} why What it is needed for, for the person at the terminal.
 * @property {'quickstart' | 'test'} purpose `test` needs everything that `quickstart` needs.
 * @property {Partial<Record<PackageManager, string>>} packages Its package; absent where the distribution has none.
 * @property {string[]} [folders] Folders to look in instead of PATH.
 * @property {boolean} [isStatic] It must not need shared libraries: it is copied into images.
 * @property {string} [service] Unit that the package would start; nobody asked for it.
 */

/** @typedef {'apt-get' | 'dnf' | 'apk' | 'pacman'} PackageManager */

/** @type {(name: string) => Record<PackageManager, string>} */
const everywhere = (name) => ({ 'apt-get': name, dnf: name, apk: name, pacman: name })

const pluginFolders = ['/usr/lib/cni', '/usr/libexec/cni', '/opt/cni/bin', '/usr/local/lib/cni']

/** @type {readonly Requirement[]} */
export const requirements = [
  { binary: 'runc', purpose: 'quickstart', why: 'runs the containers', packages: everywhere('runc') },
  { binary: 'conmon', purpose: 'quickstart', why: 'watches over each container', packages: everywhere('conmon') },
  {
    binary: 'nft',
    purpose: 'test',
    why: 'lists the rules that tests expect',
    packages: everywhere('nftables')
  },
  {
    binary: 'ip',
    purpose: 'quickstart',
    why: 'removes devices of containers in the background',
    packages: { ...everywhere('iproute2'), dnf: 'iproute' }
  },
  {
    binary: 'docker-registry',
    purpose: 'quickstart',
    why: 'the registry on loopback to pull from',
    packages: { 'apt-get': 'docker-registry', apk: 'docker-registry' },
    service: 'docker-registry.service'
  },
  {
    binary: 'busybox',
    purpose: 'quickstart',
    why: 'the smallest image',
    packages: { 'apt-get': 'busybox-static', dnf: 'busybox', apk: 'busybox-static', pacman: 'busybox' },
    isStatic: true
  },
  {
    binary: 'nats-server',
    purpose: 'quickstart',
    why: 'a real server to put into an image',
    packages: { 'apt-get': 'nats-server', apk: 'nats-server', pacman: 'nats-server' },
    service: 'nats-server.service'
  },
  {
    binary: 'igzip',
    purpose: 'quickstart',
    why: 'unpacks layers faster',
    packages: { 'apt-get': 'isal', dnf: 'isa-l-tools', apk: 'isa-l', pacman: 'isa-l' }
  },
  {
    binary: 'bridge',
    purpose: 'test',
    why: 'the CNI plugins, beside the built-in bridge',
    packages: {
      'apt-get': 'containernetworking-plugins',
      dnf: 'containernetworking-plugins',
      apk: 'cni-plugins',
      pacman: 'cni-plugins'
    },
    folders: pluginFolders
  },
  {
    binary: 'iptables',
    purpose: 'test',
    why: 'the CNI plugins call it',
    packages: { ...everywhere('iptables'), dnf: 'iptables-nft' }
  },
  { binary: 'catatonit', purpose: 'test', why: 'the init process of --init', packages: everywhere('catatonit') },
  {
    binary: 'fuse-overlayfs',
    purpose: 'test',
    why: 'the storage driver of that name',
    packages: everywhere('fuse-overlayfs')
  },
  { binary: 'skopeo', purpose: 'test', why: 'a second opinion on images', packages: everywhere('skopeo') },
  {
    binary: 'umoci',
    purpose: 'test',
    why: 'a second opinion on image layouts',
    packages: { 'apt-get': 'umoci', apk: 'umoci' }
  },
  {
    binary: 'gpg',
    purpose: 'test',
    why: 'signatures of images',
    packages: { 'apt-get': 'gnupg', dnf: 'gnupg2', apk: 'gnupg', pacman: 'gnupg' }
  },
  { binary: 'openssl', purpose: 'test', why: 'certificates', packages: everywhere('openssl') }
]
