// Brings the pinned Node and pnpm into .toolchain/ from the npm registry, then installs the workspace's dependencies.
// Runs on any Node >= 20.11; does nothing when everything is in place.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const toolchain = join(root, '.toolchain')
const arch = process.arch

const fingerprint = (...files) => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const isCurrent = (stamp, value) => existsSync(stamp) && readFileSync(stamp, 'utf8') === value

function installToolchain() {
  const stamp = join(toolchain, 'stamp')
  const wanted = fingerprint('tooling/toolchain/package-lock.json')
  if (isCurrent(stamp, wanted)) return
  console.log('setup: installing the pinned Node and pnpm into .toolchain/ (from the npm registry)')
  mkdirSync(join(toolchain, 'bin'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(root, 'tooling/toolchain', file), join(toolchain, file))
  }
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: toolchain, stdio: 'inherit' })
  const links = {
    node: `../node_modules/node-linux-${arch}/bin/node`,
    pnpm: `../node_modules/@pnpm/exe.linux-${arch}/pnpm`
  }
  for (const [name, target] of Object.entries(links)) {
    const link = join(toolchain, 'bin', name)
    rmSync(link, { force: true })
    symlinkSync(target, link)
  }
  writeFileSync(stamp, wanted)
}

function installDependencies(env) {
  const stamp = join(root, 'node_modules/.runcible-stamp')
  const wanted = fingerprint('pnpm-lock.yaml')
  if (isCurrent(stamp, wanted)) return
  console.log('setup: installing the dependencies of the workspace')
  execFileSync('pnpm', ['install', '--frozen-lockfile'], { cwd: root, stdio: 'inherit', env })
  writeFileSync(stamp, wanted)
}

/** Environment whose PATH starts with the pinned Node and pnpm. */
export function toolchainEnvironment() {
  return { ...process.env, PATH: `${join(toolchain, 'bin')}:${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
}

/** Makes the checkout ready to build; returns the environment to build in. */
export function setup() {
  installToolchain()
  const env = toolchainEnvironment()
  installDependencies(env)
  return env
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) setup()
