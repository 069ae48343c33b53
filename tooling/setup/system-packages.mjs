import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { installWithApt } from './apt.mjs'
import { requirements } from './requirements.mjs'
import { SetupError } from './setup-error.mjs'

/** @typedef {import('./requirements.mjs').Requirement} Requirement */
/** @typedef {import('./requirements.mjs').PackageManager} PackageManager */

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']
const pathFolders = () => [...(process.env.PATH ?? '').split(':').filter(Boolean), ...systemFolders]

/** @type {(name: string, folders: readonly string[]) => string | undefined} */
const find = (name, folders) => folders.map((folder) => join(folder, name)).find((path) => existsSync(path))

/** @type {Record<PackageManager, string[]>} */
const installCommands = {
  'apt-get': ['apt-get', 'install', '-y', '--no-install-recommends'],
  dnf: ['dnf', 'install', '-y'],
  apk: ['apk', 'add'],
  pacman: ['pacman', '-S', '--needed', '--noconfirm']
}

/**
 * What this machine lacks for a purpose.
 * @param {'quickstart' | 'test'} purpose
 * @returns {Requirement[]}
 */
export function missing(purpose) {
  return requirements.filter((requirement) => {
    if (purpose === 'quickstart' && requirement.purpose === 'test') return false
    const path = find(requirement.binary, requirement.folders ?? pathFolders())
    return path === undefined || (requirement.isStatic === true && !isStaticExecutable(path))
  })
}

/**
 * Whether an ELF file asks for no program interpreter, so that it runs in an image with nothing else in it.
 * @param {string} path
 */
export function isStaticExecutable(path) {
  const head = Buffer.alloc(4096)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
  // 64-bit little-endian ELF: program headers at e_phoff, of e_phentsize bytes, e_phnum of them; PT_INTERP is type 3.
  if (head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== 2 || head[5] !== 1) return false
  const [offset, size, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)]
  for (let index = 0; index < count; index++) {
    const at = offset + index * size
    if (at + 4 <= head.length && head.readUInt32LE(at) === 3) return false
  }
  return true
}

/** @returns {PackageManager | undefined} */
function packageManager() {
  const managers = /** @type {PackageManager[]} */ (Object.keys(installCommands))
  return managers.find((name) => find(name, pathFolders()))
}

/**
 * The command that installs what is missing, and what it cannot install.
 * @type {(lacking: readonly Requirement[], manager: PackageManager) => { names: string[], command: string, absent: Requirement[] }}
 */
export function plan(lacking, manager) {
  const names = [...new Set(lacking.flatMap(({ packages }) => packages[manager] ?? []))]
  const absent = lacking.filter(({ packages }) => packages[manager] === undefined)
  return { names, command: [...installCommands[manager], ...names].join(' '), absent }
}

/**
 * Installs what is missing, as root on Debian and its children; elsewhere says what to run.
 * @param {'quickstart' | 'test'} purpose
 */
export function ensureSystemPackages(purpose) {
  const lacking = missing(purpose)
  if (lacking.length === 0) return
  const manager = packageManager()
  console.log('setup: this machine lacks')
  for (const { binary, why, packages } of lacking) {
    const from = manager && packages[manager]
    console.log(`  ${binary.padEnd(16)} ${why}${from ? ` (package ${from})` : ''}`)
  }
  if (!manager)
    throw new SetupError('no known package manager here (apt-get, dnf, apk, pacman); install the above by hand')
  const { names, command, absent } = plan(lacking, manager)
  if (manager !== 'apt-get') throw new SetupError(elsewhere(command, names, absent))
  if (process.getuid?.() !== 0) throw new SetupError(`installing packages needs root. Run:\n\n  ${asRoot(purpose)}\n`)
  console.log(`setup: installing ${names.join(', ')} with apt-get; no service is started …`)
  installWithApt(
    names,
    lacking.flatMap(({ service }) => service ?? [])
  )
  const still = missing(purpose)
  if (still.length > 0)
    throw new SetupError(`still missing after the installation: ${still.map(({ binary }) => binary).join(', ')}`)
}

/** @type {(command: string, names: string[], absent: Requirement[]) => string} */
function elsewhere(command, names, absent) {
  const lines = []
  if (names.length > 0) lines.push(`run this, then try again:\n\n  sudo ${command}\n`)
  if (absent.length > 0)
    lines.push(`install by hand, this distribution has no package: ${absent.map(({ binary }) => binary).join(', ')}`)
  return lines.join('\n')
}

/** @param {'quickstart' | 'test'} purpose */
function asRoot(purpose) {
  const script = process.env.npm_lifecycle_event
  if (script === 'test') return 'sudo env "PATH=$PATH" npm test'
  if (script === 'quickstart') return 'sudo env "PATH=$PATH" npm run quickstart'
  return `sudo ${process.execPath} tooling/setup.mjs --packages=${purpose}`
}
