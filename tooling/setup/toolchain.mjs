import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from './setup-error.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const toolchain = join(root, '.toolchain')
const minutes = 60_000

/** @param {string} file */
const fingerprint = (file) =>
  createHash('sha256')
    .update(readFileSync(join(root, file)))
    .digest('hex')

/** @type {(stamp: string, value: string) => boolean} */
const isCurrent = (stamp, value) => existsSync(stamp) && readFileSync(stamp, 'utf8') === value

/** Binaries of the platform packages, by the name they get in .toolchain/bin. */
function binaries() {
  const { arch, platform } = process
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    throw new SetupError(`Runcible runs on Linux on x64 and arm64; this is ${platform} on ${arch}`)
  }
  return {
    node: `node_modules/node-linux-${arch}/bin/node`,
    pnpm: `node_modules/@pnpm/exe.linux-${arch}/pnpm`
  }
}

/** The pinned Node and pnpm in .toolchain/, exactly as locked in tooling/toolchain. */
export function installToolchain() {
  const wanted = binaries()
  const stamp = join(toolchain, 'stamp')
  const lock = fingerprint('tooling/toolchain/package-lock.json')
  const isComplete = Object.keys(wanted).every((name) => existsSync(join(toolchain, 'bin', name)))
  if (isComplete && isCurrent(stamp, lock)) return
  console.log('setup: downloading the pinned Node and pnpm into .toolchain/ (once, about 275 MB) …')
  mkdirSync(join(toolchain, 'bin'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(root, 'tooling/toolchain', file), join(toolchain, file))
  }
  step(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    toolchain
  )
  for (const [name, target] of Object.entries(wanted)) {
    if (!existsSync(join(toolchain, target)))
      throw new SetupError(`npm installed no ${target}; remove .toolchain and try again`)
    const link = join(toolchain, 'bin', name)
    rmSync(link, { force: true })
    symlinkSync(join('..', target), link)
  }
  writeFileSync(stamp, lock)
}

/** The workspace's dependencies, exactly as locked in pnpm-lock.yaml. */
export function installDependencies() {
  const stamp = join(root, 'node_modules/.setup-stamp')
  const lock = fingerprint('pnpm-lock.yaml')
  if (isCurrent(stamp, lock)) return
  console.log('setup: installing the dependencies of the workspace …')
  step('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'], root)
  writeFileSync(stamp, lock)
}

/** @type {(file: string, args: string[], cwd: string) => void} */
function step(file, args, cwd) {
  try {
    execFileSync(file, args, { cwd, stdio: 'inherit', env: toolchainEnvironment(), timeout: 15 * minutes })
  } catch (error) {
    const reason =
      /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' ? `${file} is not on PATH` : 'see above'
    throw new SetupError(
      `${file} ${args[0]} failed (${reason}); it needs the npm registry and a checkout that you may write to`
    )
  }
}

/**
 * Environment whose PATH starts with the pinned Node and pnpm, in which no tool reports usage. What npm tells its
 * scripts about the root project is left out: an inner npm or pnpm has a project of its own.
 * @returns {NodeJS.ProcessEnv}
 */
export function toolchainEnvironment() {
  const ofNpm = /^npm_(package|lifecycle)_|^npm_config_(local_prefix|global_prefix|prefix|noproxy|user_agent)$/
  const outer = Object.entries(process.env).filter(([name]) => !ofNpm.test(name))
  return {
    ...Object.fromEntries(outer),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    PATH: [join(toolchain, 'bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(':')
  }
}
